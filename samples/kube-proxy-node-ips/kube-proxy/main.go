// Command kube-proxy imitates the program of that name where it matters here: it runs an IPVS proxier, and serves profiles.
package main

import (
	"flag"
	"log"
	"net/http"
	_ "net/http/pprof"
	"time"

	"k8s.io/kubernetes/pkg/proxy/ipvs"
)

func main() {
	nodePorts := flag.Int("node-ports", 1000, "how many services have a node port")
	pause := flag.Duration("pause", time.Second, "between two syncs")
	flag.Parse()

	go ipvs.NewProxier(*nodePorts).SyncLoop(*pause)
	log.Fatal(http.ListenAndServe("127.0.0.1:10249", nil))
}
