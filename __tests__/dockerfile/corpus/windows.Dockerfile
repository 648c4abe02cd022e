# escape=`
FROM scratch
SHELL ["powershell", "-Command"]
RUN $a = 1; `
  Write-Host "x"; `

  # comment
  exit 0
COPY a C:\
ENV A=1
