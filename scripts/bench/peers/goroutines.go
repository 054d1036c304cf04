// A peer: Go, as it is usually written. For each client one goroutine reads
// lines and one writes them, with a channel between.
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"sync"
)

var (
	lock    sync.RWMutex
	clients = map[net.Conn]chan []byte{}
)

func write(conn net.Conn, lines <-chan []byte) {
	out := bufio.NewWriter(conn)
	for line := range lines {
		out.Write(line)
		if len(lines) == 0 {
			out.Flush()
		}
	}
	conn.Close()
}

func serve(conn net.Conn, own chan []byte) {
	in := bufio.NewReader(conn)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			break
		}
		lock.RLock()
		for client, lines := range clients {
			if client != conn {
				lines <- line
			}
		}
		lock.RUnlock()
	}
	lock.Lock()
	delete(clients, conn)
	close(own)
	lock.Unlock()
}

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8888"
	}
	listener, err := net.Listen("tcp", "localhost:"+port)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			continue
		}
		lines := make(chan []byte, 256)
		lock.Lock()
		clients[conn] = lines
		lock.Unlock()
		go write(conn, lines)
		go serve(conn, lines)
	}
}
