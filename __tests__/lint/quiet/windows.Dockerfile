# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022@sha256:4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f
SHELL ["powershell", "-Command"]
RUN Invoke-WebRequest -UseBasicParsing https://example.com/a.zip -OutFile a.zip; `
    Get-Date > C:\built.txt
WORKDIR C:\app
COPY app.exe .
