// Command pause is the first process of every pod: it keeps the pod's network open until it is told to end.
package main

import (
	"context"
	"os/signal"
	"syscall"
)

func main() {
	told, done := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer done()
	<-told.Done()
}
