// Command depot ships orders. To ship one, it takes the lock of the orders and then that of the shelves; to fill a shelf,
// it takes them the other way round.
package main

import (
	"fmt"
	"log"
	"net/http"
	_ "net/http/pprof"
	"sync"
	"time"
)

type orders struct {
	mu      sync.Mutex
	waiting int
	shelves *shelves
}

type shelves struct {
	mu     sync.Mutex
	pieces int
	orders *orders
}

func (o *orders) ship() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	time.Sleep(2 * time.Millisecond) // the label is printed
	return o.shelves.take(1)
}

func (o *orders) wake() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.waiting = 0
}

func (s *shelves) take(n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pieces -= n
	return s.pieces
}

func (s *shelves) fill(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pieces += n
	time.Sleep(2 * time.Millisecond) // the shelf is swept
	s.orders.wake()
}

func main() {
	go func() { log.Fatal(http.ListenAndServe("127.0.0.1:6060", nil)) }()

	o, s := &orders{}, &shelves{}
	o.shelves, s.orders = s, o
	go func() {
		for {
			time.Sleep(time.Second)
			s.fill(100)
		}
	}()
	shop := http.NewServeMux()
	shop.HandleFunc("/ship", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, o.ship()) })
	log.Fatal(http.ListenAndServe(":8080", shop))
}
