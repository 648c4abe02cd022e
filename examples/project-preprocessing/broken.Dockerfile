# As its neighbour, but the list of cities is written as the set gives it: in another order in each run of Python.
ARG BASE_IMAGE=python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b

FROM ${BASE_IMAGE} AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY --chmod=0644 requirements.lock /
RUN pip install --no-deps --no-compile --require-hashes -r /requirements.lock --target /packages \
 && find /packages -type d -name tests -prune -exec rm -r {} +

FROM ${BASE_IMAGE}
ENV TZ=UTC LANG=C.UTF-8 LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PYTHONPATH=/packages
WORKDIR /app
COPY --from=packages /packages /packages
COPY --chmod=u=rwX,go=rX prep/*.py ./prep/
COPY --chmod=u=rwX,go=rX sample/* ./sample/
# The cities that a model may see.
RUN python -c "import pandas; print(*set(pandas.read_csv('sample/trips.csv').city), sep='\n')" > cities.txt
# The same CSV gives the same CSV: the build ends here if the program makes something else of the sample than it did.
RUN python -m prep sample/trips.csv > /tmp/features.csv \
 && sha256sum -c sample/features.sha256 < /tmp/features.csv \
 && rm /tmp/features.csv
USER 1000:1000
ENTRYPOINT ["python", "-m", "prep"]
CMD ["sample/trips.csv"]
