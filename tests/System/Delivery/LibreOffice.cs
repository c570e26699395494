using MinerFlow.SystemTests.Live;
using Xunit;

namespace MinerFlow.SystemTests.Delivery;

/// <summary>LibreOffice without a screen, asked through its own interface.</summary>
internal static class LibreOffice
{
    /// <summary>In place of a cell: the document did not open.</summary>
    public const string Refused = "(refused)";

    private const string Python = "/usr/bin/python3";

    private const string Script = """
        import os, subprocess, sys, time, uno
        from com.sun.star.beans import PropertyValue
        def setting(name, value):
            p = PropertyValue()
            p.Name, p.Value = name, value
            return p
        pipe = 'minerflow%d' % os.getpid()
        office = subprocess.Popen(['/usr/bin/soffice', '-env:UserInstallation=file://' + sys.argv[1], '--headless', '--norestore', '--accept=pipe,name=%s;urp;' % pipe])
        resolver = uno.getComponentContext().ServiceManager.createInstance('com.sun.star.bridge.UnoUrlResolver')
        context = None
        for _ in range(240):
            try:
                context = resolver.resolve('uno:pipe,name=%s;urp;StarOffice.ComponentContext' % pipe)
                break
            except Exception:
                time.sleep(0.25)
        desktop = context.ServiceManager.createInstanceWithContext('com.sun.star.frame.Desktop', context)
        for path, password in zip(sys.argv[2::2], sys.argv[3::2]):
            document = None
            try:
                settings = [setting('Hidden', True)] + ([setting('Password', password)] if password else [])
                document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), '_blank', 0, tuple(settings))
            except Exception:
                pass
            print('cell:' + (document.Sheets.getByIndex(0).getCellByPosition(0, 0).String if document else '(refused)'))
            if document:
                document.close(True)
        try:
            desktop.terminate()
        except Exception:
            pass
        office.wait(60)
        """;

    public static void OrSkip()
    {
        Assert.SkipUnless(File.Exists("/usr/lib/libreoffice/program/libsclo.so"), "LibreOffice (libreoffice-calc) is not installed");
        Assert.SkipUnless(File.Exists("/usr/lib/python3/dist-packages/uno.py"), "python3-uno is not installed");
    }

    /// <summary>What stands in the first cell of each document.</summary>
    /// <param name="folder">For LibreOffice's own files.</param>
    /// <param name="documents">Path, and password or nothing.</param>
    public static IReadOnlyList<string> FirstCells(string folder, params IEnumerable<(string Path, string Password)> documents)
    {
        var answer = Tool.Run(Python, ["-c", Script, Path.Combine(folder, "office"), .. documents.SelectMany(document => new[] { document.Path, document.Password })]);
        return [.. answer.Split('\n').Where(line => line.StartsWith("cell:", StringComparison.Ordinal)).Select(line => line["cell:".Length..])];
    }
}
