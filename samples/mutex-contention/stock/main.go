// Command stock takes reservations. It writes each to a journal while it holds the lock of the whole stock.
package main

import (
	"fmt"
	"log"
	"net/http"
	_ "net/http/pprof"
	"runtime"
	"sync"
	"time"
)

type stock struct {
	mu   sync.Mutex
	left map[string]int
}

func (s *stock) reserve(item string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left[item]--
	s.journal()
	return s.left[item]
}

// journal stands in for a write to a disk that takes its time.
func (s *stock) journal() {
	time.Sleep(20 * time.Millisecond)
}

func main() {
	runtime.SetMutexProfileFraction(5)
	runtime.SetBlockProfileRate(int(time.Millisecond))
	go func() { log.Fatal(http.ListenAndServe("127.0.0.1:6060", nil)) }()

	s := &stock{left: map[string]int{}}
	shop := http.NewServeMux()
	shop.HandleFunc("/reserve", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, s.reserve(r.URL.Query().Get("item")))
	})
	log.Fatal(http.ListenAndServe(":8080", shop))
}
