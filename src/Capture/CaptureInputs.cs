using MinerFlow.Abstractions;
using MinerFlow.Capture.Files;

namespace MinerFlow.Capture;

/// <summary>The inputs that paths stand for.</summary>
/// <param name="Files">What to open, in the order of the paths; files of a folder in ordinal order of their paths.</param>
/// <param name="Notes">Files inside folders that are no captures and were left out, one sentence each.</param>
/// <param name="Problems">Paths and files that were asked for and cannot be read.</param>
public sealed record CaptureInputList(IReadOnlyList<string> Files, IReadOnlyList<Sentence> Notes, IReadOnlyList<Problem> Problems);

/// <summary>Turns the paths of a call, files and folders, into the inputs they stand for.</summary>
public static class CaptureInputs
{
    /// <summary>Folders are searched with all below them. Links to folders are not entered: they may lead back.</summary>
    public static CaptureInputList Expand(IReadOnlyList<string> paths, CaptureInputOptions options)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(options);
        var expansion = new Expansion(options);
        foreach (var path in paths)
        {
            expansion.Add(path);
        }

        return expansion.Result;
    }

    private sealed class Expansion(CaptureInputOptions options)
    {
        private static readonly EnumerationOptions Everything = new() { IgnoreInaccessible = false, AttributesToSkip = FileAttributes.None, ReturnSpecialDirectories = false };

        private readonly List<string> _files = [];
        private readonly List<Sentence> _notes = [];
        private readonly List<Problem> _problems = [];
        private bool _standardInput;

        public CaptureInputList Result => new(_files, _notes, _problems);

        public void Add(string path)
        {
            if (path == CaptureSources.StandardInput)
            {
                AddStandardInput();
            }
            else if (path.Length == 0)
            {
                Report(path, "an empty path; a file, a folder or - for standard input is wanted");
            }
            else if (Directory.Exists(path))
            {
                AddFolder(path);
            }
            else
            {
                AddFile(path);
            }
        }

        private void AddStandardInput()
        {
            if (_standardInput)
            {
                Report(CaptureSources.StandardInput, "standard input is named twice; it can be read once");
                return;
            }

            _standardInput = true;
            _files.Add(CaptureSources.StandardInput);
        }

        /// <summary>A file that was named. What a pipe holds comes only once, and a link has a length of its own: opening it for reading decides.</summary>
        private void AddFile(string path)
        {
            var file = new FileInfo(path);
            var special = SpecialFile.At(path);
            if (!file.Exists)
            {
                Report(path, "there is no such file or folder");
            }
            else if (special.WhyNot is { } cannot)
            {
                Report(path, cannot);
            }
            else if (options.Follow || file.Length == 0 || special.WhyNotInFolder is not null || Sniff(path, out var whyNot))
            {
                _files.Add(path);
            }
            else if (whyNot is not null)
            {
                Report(path, whyNot);
            }
        }

        private void AddFolder(string folder)
        {
            var found = new List<string>();
            Collect(folder, found);
            found.Sort(StringComparer.Ordinal);
            foreach (var path in found)
            {
                var file = new FileInfo(path);
                if (!file.Exists)
                {
                    _notes.Add($"{path}: a link to nothing; left out");
                }
                else if (SpecialFile.At(path).WhyNotInFolder is { } special)
                {
                    _notes.Add($"{path}: {special}; left out");
                }
                else if (file.Length == 0)
                {
                    _notes.Add($"{path}: is empty; left out");
                }
                else if (Sniff(path, out var whyNot))
                {
                    _files.Add(path);
                }
                else if (whyNot is not null)
                {
                    _notes.Add($"{path}: {whyNot}; left out");
                }
            }
        }

        private void Collect(string folder, List<string> found)
        {
            try
            {
                foreach (var entry in Directory.EnumerateFileSystemEntries(folder, "*", Everything))
                {
                    if (!Directory.Exists(entry))
                    {
                        found.Add(entry);
                    }
                    else if (new DirectoryInfo(entry).LinkTarget is { } target)
                    {
                        _notes.Add($"{entry}: a link to the folder {target}; not entered");
                    }
                    else
                    {
                        Collect(entry, found);
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Report(folder, $"the folder cannot be searched: {InputFile.Why(exception)}");
            }
        }

        /// <summary>Whether the file begins like a capture; when not, why, or nothing when that has already been reported.</summary>
        private bool Sniff(string path, out Sentence? whyNot)
        {
            whyNot = null;
            try
            {
                Span<byte> start = stackalloc byte[CaptureKinds.SniffLength];
                using var file = InputFile.Open(path);
                start = start[..RandomAccess.Read(file.SafeFileHandle, start, 0)];
                if (CaptureKinds.Of(start) == CaptureKind.Unknown)
                {
                    whyNot = CaptureKinds.WhyNot(start);
                    return false;
                }

                return true;
            }
            catch (CaptureException exception)
            {
                // Its sentence begins with the path, which the problem has of its own.
                Report(path, InputFile.Why(exception.InnerException ?? exception));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                Report(path, InputFile.Why(exception));
            }

            return false;
        }

        private void Report(string path, Sentence message) => _problems.Add(new Problem(path, 0, 0, message));
    }
}
