// Command fail is an image that cannot start.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "this image fails on purpose")
	os.Exit(1)
}
