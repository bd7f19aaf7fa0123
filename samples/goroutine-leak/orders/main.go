// Command orders quotes prices. A quote that takes too long is answered with 504, and the goroutine that
// fetches it stays for ever: it sends on a channel that nobody reads any more.
package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
	_ "net/http/pprof"
	"time"
)

const patience = 100 * time.Millisecond

type quote struct {
	item  string
	cents int
	sheet []byte // the price sheet that came with it
}

// prices stands in for the price service, which is slow for its first minutes.
type prices struct {
	slowUntil time.Time
}

func (p *prices) fetch(item string) *quote {
	if time.Now().Before(p.slowUntil) {
		time.Sleep(3 * patience)
	} else {
		time.Sleep(patience / 20)
	}
	return &quote{item: item, cents: 100 + len(item), sheet: make([]byte, 4096)}
}

func (p *prices) quote(w http.ResponseWriter, r *http.Request) {
	item := r.URL.Query().Get("item")
	result := make(chan *quote)
	go func() {
		result <- p.fetch(item)
	}()
	select {
	case q := <-result:
		fmt.Fprintf(w, "%s %d\n", q.item, q.cents)
	case <-time.After(patience):
		http.Error(w, "no quote in time", http.StatusGatewayTimeout)
	}
}

func main() {
	slow := flag.Duration("slow", time.Minute, "how long the price service is slow")
	flag.Parse()

	go func() { log.Fatal(http.ListenAndServe("127.0.0.1:6060", nil)) }()

	p := &prices{slowUntil: time.Now().Add(*slow)}
	shop := http.NewServeMux()
	shop.HandleFunc("/quote", p.quote)
	log.Fatal(http.ListenAndServe(":8080", shop))
}
