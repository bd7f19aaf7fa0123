// Command clients holds keep-alive connections open to one HTTP server, with a request on each now and then.
package main

import (
	"flag"
	"io"
	"log"
	"math/rand"
	"net/http"
	"time"
)

func main() {
	count := flag.Int("count", 1, "how many connections")
	every := flag.Duration("every", 10*time.Second, "the longest pause between two requests of a connection; 0: one request, then idle")
	within := flag.Duration("within", time.Second, "open them all within this time")
	url := flag.String("url", "http://127.0.0.1:8080/", "what to ask for")
	flag.Parse()

	for i := 0; i < *count; i++ {
		go client(*url, *every)
		time.Sleep(*within / time.Duration(*count))
	}
	select {}
}

func client(url string, every time.Duration) {
	// A transport of its own: one connection.
	c := http.Client{Transport: &http.Transport{}}
	for {
		response, err := c.Get(url)
		if err != nil {
			log.Fatal(err)
		}
		io.Copy(io.Discard, response.Body)
		response.Body.Close()
		if every == 0 {
			select {}
		}
		time.Sleep(time.Duration(rand.Int63n(int64(every))))
	}
}
