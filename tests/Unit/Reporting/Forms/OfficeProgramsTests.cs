using System.ComponentModel;
using System.Diagnostics;
using Xunit;

namespace MinerFlow.Unit.Reporting.Forms;

/// <summary>What regulators open the forms with reads each of them: openpyxl for programs, LibreOffice for people.</summary>
public sealed class OfficeProgramsTests : IDisposable
{
    private readonly FormSample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void OpenpyxlReadsEachWorkbookWithoutAWarning()
    {
        const string Script = "import sys, openpyxl\nfor path in sys.argv[1:]:\n b = openpyxl.load_workbook(path)\n print(sum(s.max_row for s in b.worksheets), b.worksheets[0].freeze_panes, b.worksheets[0].print_title_rows)";
        var books = Write(".xlsx");

        var answer = Run("/usr/bin/python3", ["-W", "error", "-c", Script, .. books]);

        Assert.SkipWhen(answer is null || answer.Contains("ModuleNotFoundError", StringComparison.Ordinal), "python3 with openpyxl is not installed here.");
        var lines = answer.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(books.Count, lines.Length);
        Assert.StartsWith("25 A4 $3:$3", lines[0], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.EndsWith("A4 $3:$3", line, StringComparison.Ordinal));
    }

    [Fact]
    public void LibreOfficeOpensEachFormAndPrintsIt()
    {
        Assert.SkipUnless(File.Exists("/usr/lib/libreoffice/program/libswlo.so"), "LibreOffice with its word processor (libreoffice-calc, libreoffice-writer) is not installed here.");
        var files = Write(".xlsx", ".docx");
        var pages = _sample.Folder.PathOf("pages");

        var answer = Run("/usr/bin/soffice", [$"-env:UserInstallation=file://{_sample.Folder.PathOf("profile")}", "--headless", "--convert-to", "pdf", "--outdir", pages, .. files]);

        Assert.SkipWhen(answer is null, "LibreOffice (libreoffice-calc, libreoffice-writer) is not installed here.");
        Assert.Equal(
            files.Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal),
            Directory.GetFiles(pages, "*.pdf").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("Error", answer, StringComparison.Ordinal);
    }

    private List<string> Write(params string[] extensions)
    {
        var paths = new List<string>();
        foreach (var file in _sample.Set(FormSample.Release).Files([], csv: null).Where(file => extensions.Contains(Path.GetExtension(file.Name))))
        {
            var path = _sample.Folder.PathOf(file.Name);
            using var output = new FileStream(path, FileMode.Create, FileAccess.ReadWrite);
            file.Write(output);
            paths.Add(path);
        }

        return paths;
    }

    /// <summary>What a program said; null when it is not there.</summary>
    private static string? Run(string program, string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
            start.Environment["PYTHONIOENCODING"] = "utf-8";
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return output + error.Result;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
