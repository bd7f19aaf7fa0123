// Holds in memory what an API server would of the ReplicaSets that Deployments never deleted. It reads their names from a file, a line
// each (namespace, name, replicas), encodes each as etcd keeps it, and decodes it into the cache.
package main

import (
	"bufio"
	"fmt"
	"net/http"
	_ "net/http/pprof"
	"os"

	"k8s.io/kubernetes/cacher"
)

func field(out []byte, number int, value []byte) []byte {
	return append(varint(varint(out, uint64(number<<3|2)), uint64(len(value))), value...)
}

func varint(out []byte, value uint64) []byte {
	for ; value >= 0x80; value >>= 7 {
		out = append(out, byte(value)|0x80)
	}
	return append(out, byte(value))
}

// encode makes a ReplicaSet of two containers with many variables.
func encode(namespace, name string, replicas int) []byte {
	template := field(nil, 1, []byte(name))
	for c := 0; c < 2; c++ {
		container := field(nil, 1, []byte(fmt.Sprintf("container-%d", c)))
		container = field(container, 2, []byte("registry.example/shop/"+name+":v1"))
		for e := 0; e < 130; e++ {
			env := field(nil, 1, []byte(fmt.Sprintf("SETTING_NUMBER_%03d", e)))
			env = field(env, 2, []byte(fmt.Sprintf("value %d of %s, as the chart renders it", e, name)))
			container = field(container, 7, env)
		}
		template = field(template, 2, container)
	}
	out := field(nil, 1, []byte(name))
	out = field(out, 2, []byte(namespace))
	out = field(out, 3, []byte("9b0f4a54-2f5e-4d0b-8d3c-5a1f7b2c9d10"))
	out = varint(varint(out, 4<<3), uint64(replicas))
	return field(out, 5, template)
}

var cache = cacher.NewWatchCache()

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var namespace, name string
		var replicas int
		if _, err := fmt.Sscan(lines.Text(), &namespace, &name, &replicas); err == nil {
			cache.Add(namespace+"/"+name, encode(namespace, name, replicas))
		}
	}
	fmt.Println(cache.Len(), "objects")
	panic(http.ListenAndServe("127.0.0.1:6443", nil))
}
