FROM scratch
RUN cat <<	EOF
RUN no
EOF
ENV A=1
RUN cat <<- 	EOF
	RUN no
	EOF
ENV B=1
