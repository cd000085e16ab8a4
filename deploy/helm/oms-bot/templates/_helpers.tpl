{{- define "oms-bot.name" -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "oms-bot.selector" -}}
app.kubernetes.io/name: oms-bot
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "oms-bot.labels" -}}
{{ include "oms-bot.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}
