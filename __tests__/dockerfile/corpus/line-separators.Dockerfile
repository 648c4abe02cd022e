FROM scratch
RUN echo a ENV B=1 ENV C=1ENV D=1
LABEL a=b
