FROM scratch
RUN cat 3<<EOF
RUN no
EOF
ENV A=1
RUN cat 12<<-EOF 4<<B
RUN no
		EOF
RUN no
B
ENV B=1
