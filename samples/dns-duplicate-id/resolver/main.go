// Command resolver answers A queries for a few names 3 ms late and AAAA queries at once, with no record; of
// some names it loses an answer now and then. Other names do not exist.
package main

import (
	"encoding/binary"
	"log"
	"net"
	"os"
	"strings"
	"time"
)

const (
	typeA    = 1
	typeSOA  = 6
	typeAAAA = 28
	nxdomain = 3
)

type host struct {
	address  net.IP
	loses    uint16 // the type of query whose answer is lost …
	oneIn    int    // … once in so many
	received int
}

var hosts = map[string]*host{
	"orders.shop.svc.cluster.local":  {address: net.IPv4(10, 96, 14, 7)},
	"cart.shop.svc.cluster.local":    {address: net.IPv4(10, 96, 20, 31)},
	"billing.shop.svc.cluster.local": {address: net.IPv4(10, 96, 3, 118), loses: typeA, oneIn: 3},
	"search.shop.svc.cluster.local":  {address: net.IPv4(10, 96, 77, 2), loses: typeAAAA, oneIn: 4},
	"catalog.shop.svc.cluster.local": {address: net.IPv4(10, 96, 41, 9)},
}

var (
	zone = []byte("\x07cluster\x05local\x00")
	soa  = []byte("\x02ns\x03dns\x07cluster\x05local\x00" + "\x0ahostmaster\x07cluster\x05local\x00" +
		"\x65\x4f\x00\x01" + "\x00\x00\x1c\x20" + "\x00\x00\x07\x08" + "\x00\x01\x51\x80" + "\x00\x00\x00\x1e")
	sameName = []byte{0xc0, 12} // a pointer to the name asked for
)

func main() {
	socket, err := net.ListenPacket("udp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	query := make([]byte, 512)
	for {
		n, client, err := socket.ReadFrom(query)
		if err != nil {
			log.Fatal(err)
		}
		delay, reply := answer(query[:n])
		if reply != nil {
			time.AfterFunc(delay, func() { socket.WriteTo(reply, client) })
		}
	}
}

func answer(query []byte) (time.Duration, []byte) {
	labels, at := []string{}, 12
	for query[at] != 0 {
		labels = append(labels, string(query[at+1:at+1+int(query[at])]))
		at += 1 + int(query[at])
	}
	asked := binary.BigEndian.Uint16(query[at+1:])

	reply := append([]byte{}, query[:at+5]...)
	reply[2], reply[3] = 0x85, 0x80 // an authoritative answer, recursion available
	copy(reply[6:12], []byte{0, 0, 0, 0, 0, 0})

	h := hosts[strings.Join(labels, ".")]
	if h == nil {
		reply[3] |= nxdomain
		return 0, negative(reply)
	}
	if asked == h.loses {
		h.received++
		if h.received%h.oneIn == 0 {
			return 0, nil
		}
	}
	if asked == typeA {
		return 3 * time.Millisecond, record(reply, 7, sameName, typeA, h.address.To4())
	}
	return 0, negative(reply)
}

func negative(reply []byte) []byte { return record(reply, 9, zone, typeSOA, soa) }

// record appends a record, and counts it in the header's field at countAt.
func record(reply []byte, countAt int, owner []byte, kind byte, data []byte) []byte {
	reply[countAt] = 1
	reply = append(append(reply, owner...), 0, kind, 0, 1, 0, 0, 0, 30)
	reply = binary.BigEndian.AppendUint16(reply, uint16(len(data)))
	return append(reply, data...)
}
