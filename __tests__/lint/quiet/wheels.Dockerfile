FROM python:3.11-slim@sha256:4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f AS wheels
WORKDIR /w
COPY requirements.lock .
RUN pip wheel --no-deps --require-hashes -r requirements.lock -w /wheels
FROM python:3.11-slim@sha256:4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f
ARG SOURCE_DATE_EPOCH
RUN --mount=type=bind,from=wheels,source=/wheels,target=/wheels pip install --no-index --find-links=/wheels /wheels/*.whl
WORKDIR /app
COPY . .
CMD ["python","-m","app"]
