// A plugin that does nothing, on the CNI library that the module file names.
package main

import "github.com/containernetworking/cni/pkg/skel"

func nothing([]byte) error { return nil }

func main() { skel.PluginMain(nothing, nothing, `{"supportedVersions":["0.3.1"]}`) }
