// Package v1 holds a few of the types of the API's core group and decodes them from protobuf, as the generated code of k8s.io/api does.
package v1

// EnvVar is a variable of a container's environment.
type EnvVar struct {
	Name  string
	Value string
}

// Container is one container of a pod.
type Container struct {
	Name  string
	Image string
	Env   []EnvVar
}

// PodTemplateSpec is what pods are made from.
type PodTemplateSpec struct {
	Labels     map[string]string
	Containers []Container
}

// Next reads the next field of a message: its number, its bytes or its number's value, and what follows it.
func Next(data []byte) (number int, value []byte, numeric uint64, rest []byte) {
	tag, n := varint(data)
	data = data[n:]
	numeric, n = varint(data)
	data = data[n:]
	if tag&7 != 2 {
		return int(tag >> 3), nil, numeric, data
	}
	return int(tag >> 3), data[:numeric], 0, data[numeric:]
}

func varint(data []byte) (value uint64, length int) {
	for shift := 0; ; shift += 7 {
		b := data[length]
		length++
		value |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return value, length
		}
	}
}

// Unmarshal decodes a variable.
func (m *EnvVar) Unmarshal(data []byte) {
	for len(data) > 0 {
		number, value, _, rest := Next(data)
		data = rest
		switch number {
		case 1:
			m.Name = string(value)
		case 2:
			m.Value = string(value)
		}
	}
}

// Unmarshal decodes a container.
func (m *Container) Unmarshal(data []byte) {
	for len(data) > 0 {
		number, value, _, rest := Next(data)
		data = rest
		switch number {
		case 1:
			m.Name = string(value)
		case 2:
			m.Image = string(value)
		case 7:
			m.Env = append(m.Env, EnvVar{})
			m.Env[len(m.Env)-1].Unmarshal(value)
		}
	}
}

// Unmarshal decodes a template.
func (m *PodTemplateSpec) Unmarshal(data []byte) {
	for len(data) > 0 {
		number, value, _, rest := Next(data)
		data = rest
		switch number {
		case 1:
			m.Labels = map[string]string{"app": string(value)}
		case 2:
			m.Containers = append(m.Containers, Container{})
			m.Containers[len(m.Containers)-1].Unmarshal(value)
		}
	}
}
