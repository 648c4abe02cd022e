ARG V=scratch
FROM "$V" AS q
FROM 'scratch'
FROM ${V:-x}
ENV A=1
