// Command checkout prices baskets. The tax of every line of a basket is looked up in a table that is decoded from JSON
// anew for that line, although it changes once a year.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	_ "net/http/pprof"
	"sort"
)

const lines = 20

// table is the tax table as the finance department publishes it.
var table = func() []byte {
	rates := map[string]float64{}
	for i := 0; i < 400; i++ {
		rates[fmt.Sprintf("category-%03d", i)] = 7 + float64(i%13)
	}
	text, err := json.Marshal(rates)
	if err != nil {
		log.Fatal(err)
	}
	return text
}()

type basket struct {
	cents []int
}

// taxRates decodes the table.
func taxRates() map[string]float64 {
	rates := map[string]float64{}
	if err := json.Unmarshal(table, &rates); err != nil {
		log.Fatal(err)
	}
	return rates
}

func (b *basket) taxOf(line int) int {
	return int(float64(b.cents[line]) * taxRates()[fmt.Sprintf("category-%03d", line*7)] / 100)
}

func (b *basket) total() int {
	sum := 0
	for line := range b.cents {
		sum += b.cents[line] + b.taxOf(line)
	}
	sort.Ints(b.cents)
	return sum
}

func price(w http.ResponseWriter, r *http.Request) {
	b := &basket{cents: make([]int, lines)}
	for line := range b.cents {
		b.cents[line] = 100 + 37*line
	}
	fmt.Fprintf(w, "%d\n", b.total())
}

func main() {
	go func() { log.Fatal(http.ListenAndServe("127.0.0.1:6060", nil)) }()

	shop := http.NewServeMux()
	shop.HandleFunc("/price", price)
	log.Fatal(http.ListenAndServe(":8080", shop))
}
