// Command baskets keeps the baskets of a shop's visitors. A basket is dropped when its visitor checks out; most visitors
// never do, and their baskets stay for ever, each with the page that was made for it.
package main

import (
	"bytes"
	"fmt"
	"log"
	"net/http"
	_ "net/http/pprof"
	"strconv"
	"sync"
	"sync/atomic"
)

// article is a line of the catalogue, which is read once and kept: a large table that does not grow.
type article struct {
	name  string
	sheet []byte
}

func readCatalogue() map[int]article {
	catalogue := make(map[int]article)
	for number := 0; number < 6000; number++ {
		catalogue[number] = article{name: "article " + strconv.Itoa(number), sheet: make([]byte, 4096)}
	}
	return catalogue
}

type basket struct {
	visitor int64
	page    bytes.Buffer
}

type baskets struct {
	mu        sync.Mutex
	open      map[int64]*basket
	visitors  atomic.Int64
	catalogue map[int]article
}

// forVisitor makes a basket and the first page of it.
func (b *baskets) forVisitor(visitor int64) *basket {
	made := &basket{visitor: visitor}
	for line := 0; line < 300; line++ {
		article := b.catalogue[(int(visitor)+line)%len(b.catalogue)]
		fmt.Fprintf(&made.page, "%-24s in basket %8d\n", article.name, visitor)
	}
	return made
}

func (b *baskets) visit(w http.ResponseWriter, r *http.Request) {
	visitor := b.visitors.Add(1)
	basket := b.forVisitor(visitor)
	b.mu.Lock()
	b.open[visitor] = basket
	b.mu.Unlock()
	w.Write(basket.page.Bytes())
	if visitor%20 == 0 {
		b.checkOut(visitor)
	}
}

// checkOut is the only way out of the map.
func (b *baskets) checkOut(visitor int64) {
	b.mu.Lock()
	delete(b.open, visitor)
	b.mu.Unlock()
}

func main() {
	go func() { log.Fatal(http.ListenAndServe("127.0.0.1:6060", nil)) }()

	b := &baskets{open: make(map[int64]*basket), catalogue: readCatalogue()}
	shop := http.NewServeMux()
	shop.HandleFunc("/visit", b.visit)
	log.Fatal(http.ListenAndServe(":8080", shop))
}
