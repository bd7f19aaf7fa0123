// Command web is a small HTTP server that does nothing wrong.
package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
	_ "net/http/pprof"
)

func main() {
	listen := flag.String("listen", ":8080", "where customers connect")
	debug := flag.String("debug", "127.0.0.1:6060", "where /debug/pprof is")
	flag.Parse()

	go func() { log.Fatal(http.ListenAndServe(*debug, nil)) }()

	shop := http.NewServeMux()
	shop.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "ok")
	})
	log.Fatal(http.ListenAndServe(*listen, shop))
}
