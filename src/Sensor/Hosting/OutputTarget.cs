namespace MinerFlow.Sensor.Hosting;

/// <summary>Where findings go: a file, or standard output. Whatever goes wrong there is an <see cref="OutputException"/>.</summary>
internal sealed class OutputTarget : IDisposable
{
    private readonly Stream _stream;
    private readonly bool _isFile;

    private OutputTarget(string name, Stream stream, bool isFile)
    {
        Name = name;
        _stream = stream;
        _isFile = isFile;
    }

    public string Name { get; }

    public Stream Stream => _stream;

    /// <param name="path">Path of a file, or null for <paramref name="standardOutput"/>.</param>
    /// <param name="standardOutput">Stays open.</param>
    /// <param name="standardName">What standard output is called in messages.</param>
    public static OutputTarget Open(string? path, Stream standardOutput, string standardName) =>
        path is null ? new(standardName, standardOutput, isFile: false) : new(path, Guarded(path, () => File.Create(path)), isFile: true);

    /// <summary>A file that is written from front to end; its caller closes it.</summary>
    public static FileStream Create(string path) => Guarded(path, () => File.Create(path));

    /// <summary>Learns before a long run, not after it, that a file cannot be made there.</summary>
    public static void Probe(string path) => Guarded(path, () =>
    {
        File.Create(PartOf(path)).Dispose();
        File.Delete(PartOf(path));
        return true;
    });

    /// <summary>Writes a file beside its place and moves it there when it is whole.</summary>
    /// <param name="path">Where it goes.</param>
    /// <param name="write">Writes it.</param>
    /// <param name="isPrivate">Only the user may read it.</param>
    public static void Replace(string path, Action<Stream> write, bool isPrivate = false)
    {
        Stage(path, write, isPrivate);
        Reveal(path);
    }

    /// <summary>Writes a file whole that nobody sees under its name before <see cref="Reveal"/>.</summary>
    public static void Stage(string path, Action<Stream> write, bool isPrivate) => Guarded(path, () =>
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite };
            if (isPrivate)
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var stream = new FileStream(PartOf(path), options);
            write(stream);
            return true;
        }
        catch
        {
            Discard(path);
            throw;
        }
    });

    /// <summary>What was staged has its name.</summary>
    public static void Reveal(string path) => Guarded(path, () =>
    {
        File.Move(PartOf(path), path, overwrite: true);
        return true;
    });

    /// <summary>What was staged goes.</summary>
    public static void Discard(string path) => File.Delete(PartOf(path));

    public void Write(Action<Stream> write) => Guarded(Name, () =>
    {
        write(_stream);
        _stream.Flush();
        return true;
    });

    public void Dispose()
    {
        if (_isFile)
        {
            Guarded(Name, () =>
            {
                _stream.Dispose();
                return true;
            });
        }
    }

    private static string PartOf(string path) => path + ".part";

    private static T Guarded<T>(string name, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw OutputException.At(name, problem);
        }
    }
}
