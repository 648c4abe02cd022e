FROM maven:3.9-eclipse-temurin-21@sha256:4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f AS build
WORKDIR /src
COPY pom.xml .
RUN --mount=type=cache,target=/root/.m2 mvn -B dependency:go-offline
COPY src ./src
ARG SOURCE_DATE_EPOCH
RUN --mount=type=cache,target=/root/.m2 mvn -B -DskipTests -Dproject.build.outputTimestamp="$SOURCE_DATE_EPOCH" package
FROM eclipse-temurin:21-jre@sha256:4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f
COPY --from=build /src/target/app.jar /app.jar
ENTRYPOINT ["java","-jar","/app.jar"]
