@echo off
rem Installs the course from this stick into a folder of your own, and opens it. No network is needed.
rem Use: start_windows.bat [FOLDER]   (FOLDER is "where-the-compute-goes" in your home if you name none)
setlocal
set "stick=%~dp0"
set "folder=%~1"
if "%folder%"=="" set "folder=%USERPROFILE%\where-the-compute-goes"

set "python="
for %%v in (@PYTHONS@) do (
    if not defined python (
        py -%%v -c "" >nul 2>nul && set "python=py -%%v"
    )
)
if not defined python (
    echo Python is missing: one of @PYTHONS@ must be installed. See README.txt on this stick.
    pause
    exit /b 1
)

rem What you have changed is never written over: your own copies lie in workbook\.
xcopy "%stick%course" "%folder%\" /e /i /q /y >nul || goto failed
if not exist "%folder%\.venv\Scripts\course.exe" (
    echo Installing into %folder% ... ^(a few minutes from a slow stick^)
    %python% -m venv "%folder%\.venv" || goto failed
    "%folder%\.venv\Scripts\python.exe" -m pip install --quiet --no-index --find-links "%stick%wheels" where-the-compute-goes || goto failed
)
cd /d "%folder%"
if defined ONLY_INSTALL (
    echo Installed in %folder%.
    exit /b 0
)
".venv\Scripts\course.exe" lab
exit /b %errorlevel%

:failed
echo Something went wrong: see the lines above.
pause
exit /b 1
