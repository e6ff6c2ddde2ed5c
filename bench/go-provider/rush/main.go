// Asks providers about images as Gatekeeper up to 3.21 does, evenly over a time: each request on a TLS
// connection of its own, which is left to the provider to close.
//
//	rush SECONDS CA.pem BODIES PORT...
//
// BODIES has one request body a line. Prints how many answers told to try again, how many requests had
// no answer, and a line for each body: the milliseconds from the moment it was due until all its images
// were verified, however many tries that took.
package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const (
	timeout  = 5 * time.Second
	maxTries = 8
	maxBytes = 1 << 20
	// The exit code when a Pod got no answer, as opposed to a set-up that is wrong.
	givenUp = 3
)

func main() {
	log.SetFlags(0)
	if len(os.Args) < 5 {
		log.Fatal("expected SECONDS CA.pem BODIES PORT...")
	}
	seconds, err := strconv.ParseFloat(os.Args[1], 64)
	if err != nil {
		log.Fatal(err)
	}
	pem, err := os.ReadFile(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		log.Fatalf("expected certificates in %s", os.Args[2])
	}
	text, err := os.ReadFile(os.Args[3])
	if err != nil {
		log.Fatal(err)
	}
	bodies := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	ports := os.Args[4:]

	var turn, late, broken atomic.Int64
	millis := make([]float64, len(bodies))
	start := time.Now()
	var all sync.WaitGroup
	for i, body := range bodies {
		due := start.Add(time.Duration(float64(i) * seconds * float64(time.Second) / float64(len(bodies))))
		all.Add(1)
		go func() {
			defer all.Done()
			time.Sleep(time.Until(due))
			for try := 0; ; try++ {
				port := ports[int(turn.Add(1))%len(ports)]
				answer, err := ask(roots, port, body)
				if err == nil && verified(answer) {
					millis[i] = float64(time.Since(due)) / float64(time.Millisecond)
					return
				}
				if err != nil {
					broken.Add(1)
				} else {
					late.Add(1)
				}
				if try == maxTries {
					log.Printf("expected an answer after %d tries, got %v %s", try, err, answer)
					os.Exit(givenUp)
				}
				time.Sleep(time.Second << try)
			}
		}()
	}
	all.Wait()
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	fmt.Fprintln(out, late.Load())
	fmt.Fprintln(out, broken.Load())
	for _, value := range millis {
		fmt.Fprintf(out, "%.3f\n", value)
	}
}

func ask(roots *x509.CertPool, port string, body []byte) ([]byte, error) {
	config := &tls.Config{RootCAs: roots, ServerName: "localhost", MinVersion: tls.VersionTLS13}
	client := http.Client{Transport: &http.Transport{TLSClientConfig: config}, Timeout: timeout}
	response, err := client.Post("https://127.0.0.1:"+port+"/v1/verify", "application/json", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return io.ReadAll(io.LimitReader(response.Body, maxBytes))
}

func verified(answer []byte) bool {
	return bytes.Contains(answer, []byte(`"systemError":""`)) && !bytes.Contains(answer, []byte(`"error"`))
}
