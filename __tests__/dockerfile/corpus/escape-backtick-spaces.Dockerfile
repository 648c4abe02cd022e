#   EsCaPe  =  `  
FROM scratch
COPY a C:\
ENV B=1 `
  C=2
