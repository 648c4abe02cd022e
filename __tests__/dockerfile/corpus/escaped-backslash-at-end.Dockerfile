FROM scratch
ENV C trailing\\
ENV D=1
RUN echo \\
ENV E=2
