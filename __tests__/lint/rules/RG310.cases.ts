import { found, silent } from '../cases.ts'

const ruby = 'FROM ruby:3.3\nWORKDIR /app\n'
const gems = { files: { Gemfile: "gem 'rake'\n", 'Gemfile.lock': 'GEM\n  specs:\n    rake (13.2.1)\n' } }
const bundled = `${ruby}COPY Gemfile Gemfile.lock ./\n`
const php = 'FROM php:8.3\n'
const net = 'FROM mcr.microsoft.com/dotnet/sdk:8.0\nWORKDIR /app\n'
const r = 'FROM r-base:4.4.1\n'
const julia = 'FROM julia:1.10.4\n'
const commit = '4f'.repeat(20)

export const cases = {
  found: [
    found('gem', `${ruby}RUN gem install «bundler» rake:13.2.1 rails\n`, {
      level: 'warning',
      class: 'drift',
      says: /`bundler` and `rails`/,
    }),
    found('gem i with a range', `${ruby}RUN gem i «bundler» -v '~> 2.4' --no-document\n`),
    found('gem with a range behind the colon', `${ruby}RUN gem install «'rake:>=13'»\n`),
    found('gem update', `${ruby}RUN «gem update» --system\n`),
    found('bundle install beside its lock', `${bundled}RUN «bundle install» --jobs 4\n`, {
      ...gems,
      level: 'warning',
      says: /BUNDLE_FROZEN/,
    }),
    found('a bare bundle', `${bundled}RUN «bundle»\n`, gems),
    found('bundle without a telling', `${ruby}COPY . .\nRUN «bundle install»\n`, { level: 'notice' }),
    found('composer update', `${php}COPY . .\nRUN «composer update» --no-dev\n`, { says: /composer install/ }),
    found(
      'composer require',
      `${php}RUN composer global require «laravel/installer» && composer require «'a/b:^1.0'»\n`,
    ),
    found('composer with a range as a word', `${php}RUN composer require --dev «phpunit/phpunit» ^9 a/b 1.2.3\n`, {
      says: /^`phpunit\/phpunit` is/,
    }),
    found('composer by php', `${php}RUN php -d memory_limit=-1 /usr/bin/composer require «a/b»\n`),
    found('dotnet tool', `${net}RUN dotnet tool install --global «dotnet-ef»\n`),
    found('dotnet add package', `${net}RUN dotnet add package «Serilog» && dotnet add App.csproj package «Serilog»\n`),
    found('a floating version', `${net}RUN dotnet tool install -g «dotnet-ef» --version '8.*'\n`),
    found('nuget and choco', `${net}RUN nuget install «NUnit» && choco install -y «git» 7zip\n`),
    found('dotnet restore: a notice', `${net}COPY *.csproj ./\nRUN «dotnet restore»\n`, {
      level: 'notice',
      says: /--locked-mode/,
    }),
    found('dotnet restore beside its lock', `${net}COPY . .\nRUN «dotnet restore»\n`, {
      files: { 'app.csproj': '', 'packages.lock.json': '{}' },
      level: 'warning',
    }),
    found('R', `${r}RUN R -e 'install.packages("«dplyr»")'\n`, { says: /packagemanager/ }),
    found(
      'R with several',
      `${r}RUN Rscript -e "install.packages(c('«dplyr»', 'tidyr'), repos='https://cloud.r-project.org')"\n`,
      { says: /`dplyr` and `tidyr`/ },
    ),
    found('R in a heredoc', `${r}RUN R --no-save <<EOF\ninstall.packages("«dplyr»")\nEOF\n`),
    found('R from GitHub', `${r}RUN R -e 'remotes::install_github("«r-lib/rlang@v1.1.0»")'\n`, { says: /commit/ }),
    found('install2.r', `${r}RUN install2.r --error --ncpus 4 «dplyr» tidyr\n`),
    found(
      'a live address in spite of rocker',
      `FROM rocker/rstudio:4.4.2\nRUN Rscript -e "install.packages('«renv»', repos = c(CRAN = 'https://cloud.r-project.org'))"\n`,
    ),
    found('the name where it is installed', `${r}RUN R -e 'if (!requireNamespace("x")) install.packages("«x»")'\n`),
    found(
      'CRAN and GitHub in one command, one finding',
      `${r}RUN Rscript -e 'install.packages("«remotes»"); remotes::install_github("a/b")'\n`,
      { says: /`remotes` and `a\/b`/ },
    ),
    found('rocker without a version', `FROM rocker/r-ver:latest\nRUN install2.r «remotes»\n`),
    found('Julia', `${julia}RUN julia -e 'using Pkg; Pkg.add(["«CSV»", "DataFrames"])'\n`, {
      says: /`CSV` and `DataFrames`/,
    }),
    found('Julia, the short form', `${julia}RUN julia -e 'using Pkg; pkg"add «CSV»"'\n`),
    found('Julia update', `${julia}RUN julia -e 'using Pkg; «Pkg.update()»'\n`),
  ],
  silent: [
    silent(
      'exact gems',
      `${ruby}RUN gem install bundler:2.5.1 && gem install bundler -v 2.4.1 && gem i rake --version='13.2.1' && gem install x:1 -- --use-system-libraries true && gem install y:1.2 --use-system-libraries true\n`,
    ),
    silent(
      'gems from files',
      `${ruby}RUN gem install ./x.gem pkg/y-1.0.gem && gem install --local z && gem build x.gemspec && gem update --system 3.5.22\n`,
    ),
    silent(
      'gems that are not known',
      `${ruby}ARG V\nRUN gem install bundler:$V && gem install rails -v "$W" && gem install $(cat list)\n`,
    ),
    silent('bundle that is frozen', `${bundled}ENV BUNDLE_FROZEN=true\nRUN bundle install\n`, gems),
    silent('bundle config', `${bundled}RUN bundle config set --local deployment 'true' && bundle install\n`, gems),
    silent('bundle config of before', `${bundled}RUN bundle config --global frozen 1\nRUN bundle install\n`, gems),
    silent('bundle --deployment', `${bundled}RUN bundle install --deployment --without test\n`, gems),
    silent('no lock: for another rule', `${ruby}COPY Gemfile ./\nRUN bundle install\n`, { files: { Gemfile: '' } }),
    silent(
      'other bundler commands',
      `${bundled}RUN bundle exec rake x && bundle config path /x && bundle --version && bundle check\n`,
      gems,
    ),
    silent(
      'composer install',
      `${php}COPY composer.json composer.lock ./\nRUN composer install --no-dev && composer dump-autoload && composer require a/b:1.2.3 && composer --version\n`,
    ),
    silent('composer, not known', `${php}RUN composer require a/b:$V && composer require $LIST\n`),
    silent(
      'dotnet with versions',
      `${net}RUN dotnet tool install -g dotnet-ef --version 8.0.6 && dotnet add package x -v 1.2.3 && nuget install x -Version 1.2.3 && dotnet tool restore && nuget install packages.config\n`,
    ),
    silent(
      'dotnet in locked mode',
      `${net}RUN dotnet restore --locked-mode && nuget restore -LockedMode && dotnet restore -p:RestoreLockedMode=true && dotnet build && dotnet publish --no-restore\n`,
    ),
    silent('choco with checksums', `${net}RUN choco install --requirechecksum x && choco install y --version 1.2.3\n`),
    silent(
      'R from a snapshot',
      `${r}RUN R -e 'install.packages("dplyr", repos="https://packagemanager.posit.co/cran/2024-01-02")'\n`,
    ),
    silent(
      'R from a snapshot of the stage',
      `${r}RUN echo 'options(repos = "https://packagemanager.posit.co/cran/__linux__/jammy/2024-01-02")' >> /etc/R/Rprofile.site\nRUN R -e 'install.packages("dplyr")' && install2.r tidyr\n`,
    ),
    silent(
      'R of rocker with a version',
      `FROM rocker/r-ver:4.3.1\nRUN install2.r dplyr && R -e 'install.packages("tidyr")'\n`,
    ),
    silent(
      'R fixed',
      `${r}RUN R -e 'renv::restore()' && R -e 'remotes::install_version("dplyr", "1.1.4")' && R -e 'remotes::install_github("a/b@${commit}")' && R CMD INSTALL x && R -e 'install.packages("/tmp/x_1.0.tar.gz", repos=NULL)'\n`,
    ),
    silent(
      'R, not known',
      `${r}RUN R -e "install.packages('$PKG')" && Rscript install.R && R -e 'x <- c("a"); install.packages(x)'\n`,
    ),
    silent(
      'Julia fixed',
      `${julia}COPY Project.toml Manifest.toml ./\nRUN julia --project=. -e 'using Pkg; Pkg.instantiate(); Pkg.precompile(); Pkg.add(name="CSV", version="0.10.14")'\n`,
    ),
    silent('words of echo', `${r}RUN echo 'install.packages("x")' && echo gem install x && printf 'dotnet restore'\n`),
    silent('a stage nobody needs', `FROM ruby:3.3 AS x\nRUN gem install rails\nFROM ruby:3.3\n`),
  ],
}
