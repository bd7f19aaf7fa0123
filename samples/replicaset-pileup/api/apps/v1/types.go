// Package v1 holds the ReplicaSet of the API's group apps.
package v1

import core "k8s.io/api/core/v1"

// ReplicaSet is one generation of a Deployment's pods.
type ReplicaSet struct {
	Name      string
	Namespace string
	UID       string
	Replicas  int32
	Template  core.PodTemplateSpec
}

// Unmarshal decodes a ReplicaSet.
func (m *ReplicaSet) Unmarshal(data []byte) {
	for len(data) > 0 {
		number, value, numeric, rest := core.Next(data)
		data = rest
		switch number {
		case 1:
			m.Name = string(value)
		case 2:
			m.Namespace = string(value)
		case 3:
			m.UID = string(value)
		case 4:
			m.Replicas = int32(numeric)
		case 5:
			m.Template.Unmarshal(value)
		}
	}
}
