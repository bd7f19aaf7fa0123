// Package skel stands in for that of the CNI library up to v0.6.0 as far as this sample goes: it reads standard input to its end
// before it looks at which command was asked for.
package skel

import (
	"fmt"
	"io"
	"os"
)

// PluginMain runs one command of a plugin.
func PluginMain(add, del func(config []byte) error, versions string) {
	config, err := io.ReadAll(os.Stdin)
	if err != nil {
		os.Exit(1)
	}
	switch os.Getenv("CNI_COMMAND") {
	case "ADD":
		err = add(config)
	case "DEL":
		err = del(config)
	case "VERSION":
		fmt.Println(versions)
	}
	if err != nil {
		os.Exit(1)
	}
}
