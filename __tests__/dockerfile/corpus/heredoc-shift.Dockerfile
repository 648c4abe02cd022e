FROM scratch
RUN echo $((1<<2))
ENV A=1
RUN echo $((1 << X))
RUN no
X))
ENV B=1
