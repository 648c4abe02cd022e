FROM alpine:3.20@sha256:4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f
RUN apk add --no-cache tini=0.19.0-r3 && addgroup -g 1000 app && adduser -D -u 1000 -G app app
RUN echo "$RANDOM_SEED" && printf 'date and curl are words\n' > /notice
COPY --chown=app:app --chmod=0755 run.sh /usr/local/bin/run.sh
USER app
ENTRYPOINT ["/sbin/tini", "--", "run.sh"]
