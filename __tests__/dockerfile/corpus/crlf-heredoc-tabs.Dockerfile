FROM scratch
COPY <<-EOF /x
	RUN no
	EOF
ENV A=1
