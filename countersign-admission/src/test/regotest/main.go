// Regotest evaluates a Gatekeeper template with OPA's own packages, as Gatekeeper's Rego driver does.
//
// It reads one JSON object a line and answers each with one line:
//
//	{"rego": text, "version": "v0"|"v1"}           compiles strictly and keeps it: {} or {"error": …}
//	{"review": …, "parameters": …, "answer": …}    evaluates: {"violations": […], "calls": [[key, …]], "millis": n}
//
// external_data gets the case's answer, or asks the provider at -url when the case brings none.
package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/types"
)

// What Gatekeeper wraps around a template: parameters and review as its input, one set of violations.
const hook = `package hooks

violation contains response if {
	some key in input.constraints
	inp := {"review": input.review, "parameters": data.constraints[key.kind][key.name]}
	some r in data.template.violation with input as inp
	response := {"details": object.get(r, "details", {}), "msg": r.msg}
}`

type object = map[string]any

type question struct {
	Rego       string
	Version    string
	Review     any
	Parameters any
	Answer     *answer
}

// answer stands in for the provider: a body it sent, or why nothing came.
type answer struct {
	Status    int
	Body      string
	Fault     string // no answer: Gatekeeper says why in system_error
	Undefined bool   // the built-in itself fails, and so does the rule that calls it
}

type result struct {
	Error      string     `json:"error,omitempty"`
	Violations []any      `json:"violations,omitempty"`
	Calls      [][]string `json:"calls,omitempty"`
	Millis     int64      `json:"millis"`
}

var (
	url     = flag.String("url", "", "where the provider answers, when a case brings no answer")
	ca      = flag.String("ca", "", "its CA, PEM")
	cert    = flag.String("cert", "", "our certificate, PEM")
	key     = flag.String("key", "", "our key, PEM")
	timeout = flag.Int("timeout", 1, "Provider.spec.timeout, seconds")

	client  *http.Client
	current *ast.Compiler
	canned  *answer
	calls   [][]string
)

func main() {
	flag.Parse()
	connect()
	rego.RegisterBuiltin1(&rego.Function{
		Name: "external_data", Decl: types.NewFunction(types.Args(types.A), types.A),
	}, externalData)
	in, out := bufio.NewReader(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		text, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		must(out.Encode(answerTo(text)))
	}
}

func answerTo(text []byte) (r result) {
	var q question
	err := json.Unmarshal(text, &q)
	switch {
	case err != nil:
	case q.Rego != "":
		current, err = compile(q.Rego, q.Version)
	case current == nil:
		err = errors.New("no rego compiled")
	default:
		canned, calls = q.Answer, nil
		start := time.Now()
		r.Violations, err = evaluate(q)
		r.Calls, r.Millis = calls, time.Since(start).Milliseconds()
	}
	if err != nil {
		r.Error = err.Error()
	}
	return r
}

func compile(text, version string) (*ast.Compiler, error) {
	dialect := map[string]ast.RegoVersion{"v0": ast.RegoV0, "v1": ast.RegoV1}[version]
	template, err := ast.ParseModuleWithOpts("template", text, ast.ParserOptions{RegoVersion: dialect})
	if err != nil {
		return nil, err
	}
	template.Package.Path = ast.MustParseRef("data.template")
	hooks := ast.MustParseModuleWithOpts(hook, ast.ParserOptions{RegoVersion: ast.RegoV1})
	c := ast.NewCompiler().WithStrict(true)
	if c.Compile(map[string]*ast.Module{"template": template, "hooks": hooks}); c.Failed() {
		return nil, c.Errors
	}
	return c, nil
}

func evaluate(q question) (violations []any, err error) {
	store := inmem.NewFromObject(object{"constraints": object{"K": object{"c": q.Parameters}}})
	input := object{"review": q.Review, "constraints": []any{object{"kind": "K", "name": "c"}}}
	rs, err := rego.New(rego.Compiler(current), rego.Store(store), rego.Input(input),
		rego.Query("data.hooks.violation[result]"), rego.SetRegoVersion(ast.RegoV0)).Eval(context.Background())
	for _, r := range rs {
		violations = append(violations, r.Bindings["result"])
	}
	return violations, err
}

// externalData is what Rego sees of an answer; of none it sees only system_error, and both lists are null.
func externalData(_ rego.BuiltinContext, term *ast.Term) (*ast.Term, error) {
	var request struct {
		Provider string   `json:"provider"`
		Keys     []string `json:"keys"`
	}
	if err := ast.As(term.Value, &request); err != nil {
		return nil, err
	}
	calls = append(calls, request.Keys)
	if canned != nil && canned.Undefined {
		return nil, errors.New("undefined")
	}
	var response struct {
		Response struct {
			Items []struct {
				Key   string
				Value any
				Error string
			}
			SystemError string
		}
	}
	status, body, err := ask(request.Provider, request.Keys)
	if err == nil {
		if err = json.Unmarshal(body, &response); err != nil {
			err = fmt.Errorf("failed to unmarshal external data response: %w", err)
		}
	}
	seen := object{"responses": nil, "errors": nil, "status_code": 500}
	if err != nil {
		seen["system_error"] = err.Error()
	} else {
		filed := map[bool][]any{false: {}, true: {}}
		for _, i := range response.Response.Items {
			said := i.Value
			if i.Error != "" {
				said = i.Error
			}
			filed[i.Error != ""] = append(filed[i.Error != ""], []any{i.Key, said})
		}
		seen = object{"responses": filed[false], "errors": filed[true],
			"status_code": status, "system_error": response.Response.SystemError}
	}
	v, err := ast.InterfaceToValue(seen)
	return ast.NewTerm(v), err
}

func ask(provider string, keys []string) (int, []byte, error) {
	switch {
	case provider != "countersign":
		return 0, nil, fmt.Errorf("key is not found in provider cache: %s", provider)
	case canned != nil && canned.Fault != "":
		return 0, nil, errors.New(canned.Fault)
	case canned != nil:
		return canned.Status, []byte(canned.Body), nil
	}
	body, err := json.Marshal(object{"apiVersion": "externaldata.gatekeeper.sh/v1beta1",
		"kind": "ProviderRequest", "request": object{"keys": keys}})
	must(err)
	response, err := client.Post(*url, "application/json", bytes.NewReader(body))
	if err != nil {
		return 0, nil, fmt.Errorf("failed to send external data request: %w", err)
	}
	defer response.Body.Close()
	body, err = io.ReadAll(response.Body)
	return response.StatusCode, body, err
}

// connect makes Gatekeeper's client: TLS 1.3, the Provider's CA alone, our certificate if there is one.
func connect() {
	config := &tls.Config{MinVersion: tls.VersionTLS13, RootCAs: x509.NewCertPool()}
	if *ca != "" {
		pem, err := os.ReadFile(*ca)
		must(err)
		config.RootCAs.AppendCertsFromPEM(pem)
	}
	if *cert != "" {
		pair, err := tls.LoadX509KeyPair(*cert, *key)
		must(err)
		config.Certificates = []tls.Certificate{pair}
	}
	client = &http.Client{
		Timeout:   time.Duration(*timeout) * time.Second,
		Transport: &http.Transport{TLSClientConfig: config},
	}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
