FROM scratch
RUN <<ÉOF
RUN no
ÉOF
ENV A=1
COPY <<🚀 /x
RUN no
🚀
ENV B=1
RUN << EOF
RUN no
 EOF
ENV C=1
