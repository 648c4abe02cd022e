from scratch as Base
Run ["a"]
copy --from=0 a /b
FROM base
eNv X=1
