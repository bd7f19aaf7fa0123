// Command feeds polls the feeds of suppliers. It looks at the status of an answer and never closes its body.
package main

import (
	"flag"
	"log"
	"net/http"
	_ "net/http/pprof"
	"time"
)

// supplier answers with more than a client reads by itself.
func supplier(w http.ResponseWriter, r *http.Request) {
	w.Write(make([]byte, 64<<10))
}

type poller struct {
	url    string
	seen   int
	client http.Client
}

func (p *poller) poll() {
	response, err := p.client.Get(p.url)
	if err != nil {
		log.Print(err)
		return
	}
	if response.StatusCode == http.StatusOK {
		p.seen++
	}
}

func main() {
	serve := flag.Bool("supplier", false, "be the supplier instead")
	every := flag.Duration("every", 250*time.Millisecond, "between two polls")
	flag.Parse()
	if *serve {
		log.Fatal(http.ListenAndServe(":8090", http.HandlerFunc(supplier)))
	}

	go func() { log.Fatal(http.ListenAndServe("127.0.0.1:6060", nil)) }()
	p := &poller{url: "http://127.0.0.1:8090/feed"}
	for {
		p.poll()
		time.Sleep(*every)
	}
}
