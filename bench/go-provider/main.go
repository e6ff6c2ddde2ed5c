// A resident provider on cosign's own library, tuned: the key is read once, one puller is shared, each
// bundle is downloaded and verified once, all keys of a request go side by side. No result is kept.
// It answers bench/run and nobody else.
package main

import (
	"context"
	"crypto"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"sync"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/sigstore/cosign/v3/pkg/cosign"
	ociremote "github.com/sigstore/cosign/v3/pkg/oci/remote"
	"github.com/sigstore/sigstore-go/pkg/verify"
	"github.com/sigstore/sigstore/pkg/cryptoutils"
	"github.com/sigstore/sigstore/pkg/signature"
)

type item struct {
	Key   string `json:"key"`
	Value any    `json:"value,omitempty"`
	Error string `json:"error,omitempty"`
}

type provider struct {
	options cosign.CheckOpts
}

func (p *provider) check(ctx context.Context, key string) item {
	reference, err := name.NewDigest(key, name.Insecure)
	if err != nil {
		return item{Key: key, Error: err.Error()}
	}
	bundles, digest, err := cosign.GetBundles(ctx, reference, p.options.RegistryClientOpts, name.Insecure)
	if err != nil {
		return item{Key: key, Error: err.Error()}
	}
	sum, err := hex.DecodeString(digest.Hex)
	if err != nil {
		return item{Key: key, Error: err.Error()}
	}
	for _, bundle := range bundles {
		options := p.options
		if _, err = cosign.VerifyNewBundle(ctx, &options, verify.WithArtifactDigest("sha256", sum), bundle); err == nil {
			return item{Key: key, Value: map[string]any{"verified": true, "digest": digest.String()}}
		}
	}
	return item{Key: key, Error: fmt.Sprintf("%d bundles, last: %v", len(bundles), err)}
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var request struct {
		Request struct {
			Keys []string `json:"keys"`
		} `json:"request"`
	}
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&request); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	items := make([]item, len(request.Request.Keys))
	var all sync.WaitGroup
	for i, key := range request.Request.Keys {
		all.Add(1)
		go func() {
			defer all.Done()
			items[i] = p.check(r.Context(), key)
		}()
	}
	all.Wait()
	answer, err := json.Marshal(map[string]any{
		"apiVersion": "externaldata.gatekeeper.sh/v1beta1",
		"kind":       "ProviderResponse",
		"response":   map[string]any{"items": items, "systemError": ""},
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", fmt.Sprint(len(answer)))
	_, _ = w.Write(answer)
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

// Arguments: an address, a certificate's file, its key's file, the public key's file.
func main() {
	block, _ := pem.Decode(must(os.ReadFile(os.Args[4])))
	public := must(cryptoutils.UnmarshalPEMToPublicKey(pem.EncodeToMemory(block)))
	puller := must(remote.NewPuller())
	p := &provider{cosign.CheckOpts{
		SigVerifier:        must(signature.LoadVerifier(public, crypto.SHA256)),
		IgnoreTlog:         true,
		IgnoreSCT:          true,
		Offline:            true,
		NewBundleFormat:    true,
		RegistryClientOpts: []ociremote.Option{ociremote.WithRemoteOptions(remote.Reuse(puller))},
	}}
	log.Fatal(http.ListenAndServeTLS(os.Args[1], os.Args[2], os.Args[3], p))
}
