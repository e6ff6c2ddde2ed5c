{{- define "countersign.selector" -}}
app.kubernetes.io/name: countersign
{{- end }}

{{- define "countersign.labels" -}}
{{ include "countersign.selector" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: countersign
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "countersign.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{- define "countersign.host" -}}
countersign.{{ .Release.Namespace }}.svc
{{- end }}

{{/* What no schema can say, refused before anything is rendered. */}}
{{- define "countersign.check" -}}
{{- if and (eq .Values.tls.source "certs") .Values.tls.caBundle }}
{{- fail "tls: expected no caBundle with source certs, got one: certs writes the Providers" }}
{{- end }}
{{- if and (eq .Values.tls.source "certs") (ne .Values.tls.secret "countersign-tls") }}
{{- fail (printf "tls: expected the secret countersign-tls with source certs, which may write no other, got %s" .Values.tls.secret) }}
{{- end }}
{{- if and (eq .Values.tls.source "certs") (ne .Release.Namespace "countersign") }}
{{- fail (printf "tls: expected the namespace countersign with source certs, got %s; use another source there" .Release.Namespace) }}
{{- end }}
{{- if and (not .Values.trust.policy) (not .Values.trust.secret) (not (index .Values.trust.keys "cosign.pub")) }}
{{- fail "trust: expected a policy, a secret, or a key named cosign.pub; got none of them, so no image could be proven" }}
{{- end }}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- fail (printf "autoscaling: expected minReplicas of at most maxReplicas, got %d and %d" (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- end }}
{{- $least := int (ternary .Values.autoscaling.minReplicas .Values.replicas .Values.autoscaling.enabled) }}
{{- if and .Values.podDisruptionBudget.enabled (ge (int .Values.podDisruptionBudget.minAvailable) $least) }}
{{- fail (printf "podDisruptionBudget: expected minAvailable below the %d Pods that there are, got %d: no node could be drained" $least (int .Values.podDisruptionBudget.minAvailable)) }}
{{- end }}
{{- $seen := dict }}
{{- $everywhere := 0 }}
{{- range .Values.gatekeeper.constraints }}
{{- if not .namespaces }}{{ $everywhere = add $everywhere 1 }}{{ end }}
{{- range .namespaces }}
{{- if hasKey $seen . }}
{{- fail (printf "gatekeeper.constraints: expected each namespace in one constraint, got %s in two: its Pods would be asked for twice" .) }}
{{- end }}
{{- $_ := set $seen . true }}
{{- end }}
{{- end }}
{{- if and (gt (int $everywhere) 0) (gt (len .Values.gatekeeper.constraints) 1) }}
{{- range $one := .Values.gatekeeper.constraints }}
{{- range $one.namespaces }}
{{- $name := . }}
{{- range $other := $.Values.gatekeeper.constraints }}
{{- if and (not $other.namespaces) (not (has $name (default (list) $other.excludedNamespaces))) }}
{{- fail (printf "gatekeeper.constraints: expected %s in excludedNamespaces of %s, since %s names it; its Pods would be asked for twice" $name $other.name $one.name) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- if gt (int $everywhere) 1 }}
{{- fail "gatekeeper.constraints: expected at most one without namespaces, got more: what none of them excludes would be asked for twice" }}
{{- end }}
{{- end }}
