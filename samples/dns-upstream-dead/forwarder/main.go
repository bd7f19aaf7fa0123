// A forwarder as CoreDNS's `forward . RESOLV.CONF` is: it asks a server of the list at random, from a new socket each time,
// and answers SERVFAIL when none comes in two seconds. What it logs has the words of CoreDNS's errors plugin.
package main

import (
	"fmt"
	"log"
	"math/rand"
	"net"
	"os"
	"strings"
	"time"
)

const timeout = 2 * time.Second

var types = map[uint16]string{1: "A", 28: "AAAA"}

func main() {
	servers := nameservers(os.Args[2])
	rand.Seed(time.Now().UnixNano())
	log.SetFlags(0)
	socket, err := net.ListenPacket("udp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(".:53")
	fmt.Println("CoreDNS-1.6.2")
	buffer := make([]byte, 4096)
	for {
		n, client, err := socket.ReadFrom(buffer)
		if err != nil {
			log.Fatal(err)
		}
		query := append([]byte(nil), buffer[:n]...)
		go func() {
			answer, err := ask(servers[rand.Intn(len(servers))], query)
			if err != nil {
				name, qtype := question(query)
				fmt.Printf("%s [ERROR] plugin/errors: 2 %s %s: %v\n", time.Now().UTC().Format("2006-01-02T15:04:05.000Z"), name, qtype, err)
				answer = append([]byte(nil), query...)
				answer[2] |= 0x80
				answer[3] = 0x80 | 2
			}
			socket.WriteTo(answer, client)
		}()
	}
}

// ask passes a query on, under an id of its own.
func ask(server string, query []byte) ([]byte, error) {
	upstream, err := net.Dial("udp", net.JoinHostPort(server, "53"))
	if err != nil {
		return nil, err
	}
	defer upstream.Close()
	upstream.SetDeadline(time.Now().Add(timeout))
	own := append([]byte(nil), query...)
	id := rand.Intn(1 << 16)
	own[0], own[1] = byte(id>>8), byte(id)
	if _, err = upstream.Write(own); err != nil {
		return nil, err
	}
	answer := make([]byte, 4096)
	n, err := upstream.Read(answer)
	if err != nil {
		return nil, err
	}
	copy(answer, query[:2])
	return answer[:n], nil
}

func question(query []byte) (string, string) {
	name, at := "", 12
	for query[at] != 0 {
		size := int(query[at])
		name += string(query[at+1:at+1+size]) + "."
		at += 1 + size
	}
	return name, types[uint16(query[at+1])<<8|uint16(query[at+2])]
}

func nameservers(path string) []string {
	text, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	var servers []string
	for _, line := range strings.Split(string(text), "\n") {
		if words := strings.Fields(line); len(words) == 2 && words[0] == "nameserver" {
			servers = append(servers, words[1])
		}
	}
	return servers
}
