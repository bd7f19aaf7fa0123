// Package ipvs has the names of kube-proxy's package and asks for the node's addresses as often as its version 1.14 did:
// once for every service with a node port. The code is this sample's own.
package ipvs

import (
	"log"
	"net"
	"time"
)

type ipGetter interface {
	NodeIPs() ([]net.IP, error)
}

type realIPGetter struct{}

// NodeIPs lists the addresses of the node, without those of the dummy interface that holds the cluster's.
func (g *realIPGetter) NodeIPs() ([]net.IP, error) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	var ips []net.IP
	for _, one := range interfaces {
		if one.Name == "kube-ipvs0" {
			continue
		}
		addresses, err := one.Addrs()
		if err != nil {
			return nil, err
		}
		for _, address := range addresses {
			if network, ok := address.(*net.IPNet); ok {
				ips = append(ips, network.IP)
			}
		}
	}
	return ips, nil
}

// Proxier keeps the rules of a node.
type Proxier struct {
	ipGetter  ipGetter
	nodePorts int
	bound     map[string]int
}

// NewProxier returns a proxier for so many services with a node port.
func NewProxier(nodePorts int) *Proxier {
	return &Proxier{ipGetter: &realIPGetter{}, nodePorts: nodePorts}
}

// SyncLoop writes the rules again and again.
func (p *Proxier) SyncLoop(pause time.Duration) {
	for {
		p.syncProxyRules()
		time.Sleep(pause)
	}
}

func (p *Proxier) syncProxyRules() {
	p.bound = map[string]int{}
	for port := 0; port < p.nodePorts; port++ {
		ips, err := p.ipGetter.NodeIPs()
		if err != nil {
			log.Print(err)
			continue
		}
		for _, ip := range ips {
			p.bound[ip.String()]++
		}
	}
}
