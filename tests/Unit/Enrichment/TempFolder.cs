using System.Text;

namespace MinerFlow.Unit.Enrichment;

/// <summary>A folder that goes when its test ends.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-");

    public string FullName => _folder.FullName;

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(FullName, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public string PathOf(string name) => Path.Combine(FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);
}
