// Package cacher keeps every object of a kind in memory, as the API server's watch cache does.
package cacher

import apps "k8s.io/api/apps/v1"

// WatchCache holds decoded objects by key.
type WatchCache struct{ store map[string]*apps.ReplicaSet }

// NewWatchCache makes an empty one.
func NewWatchCache() *WatchCache { return &WatchCache{store: map[string]*apps.ReplicaSet{}} }

// Add decodes what etcd has under a key and keeps it.
func (w *WatchCache) Add(key string, data []byte) {
	object := &apps.ReplicaSet{}
	object.Unmarshal(data)
	w.store[key] = object
}

// Len tells how many there are.
func (w *WatchCache) Len() int { return len(w.store) }
