FROM scratch
RUN <<$X
RUN no
$X
ENV A=1
RUN <<${X}
RUN no
${X}
ENV B=1
