using System.Text;

namespace MinerFlow.Reporting.Push;

/// <summary>A password or key. It has no text of its own, so that no log gets it by accident.</summary>
public sealed class ChannelSecret
{
    private readonly byte[] _bytes;

    private ChannelSecret(byte[] bytes) => _bytes = bytes;

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>As UTF-8 text.</summary>
    public string Reveal() => Encoding.UTF8.GetString(_bytes);

    public override string ToString() => "***";

    /// <summary>Reads a secret from the place that a setting names. A line end behind it is not part of it.</summary>
    /// <param name="place"><c>file:PATH</c>, <c>env:NAME</c> or <c>credential:NAME</c>.</param>
    /// <param name="folder">Folder that relative paths count from.</param>
    /// <param name="problem">What is wrong and what would be right, when there is none.</param>
    public static ChannelSecret? From(string place, string folder, out string problem)
    {
        var colon = place.IndexOf(':', StringComparison.Ordinal);
        var (kind, name) = colon < 0 ? ("", place) : (place[..colon], place[(colon + 1)..]);
        switch (kind)
        {
            case "file":
                return FromFile(Path.Combine(folder, name), out problem);
            case "credential":
                if (Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") is not { Length: > 0 } credentials)
                {
                    problem = "$CREDENTIALS_DIRECTORY is not set, so systemd gave no credentials; see LoadCredential= of the unit.";
                    return null;
                }

                return FromFile(Path.Combine(credentials, name), out problem);
            case "env":
                problem = $"the environment has no variable {name}, or it is empty.";
                return Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? new ChannelSecret(Encoding.UTF8.GetBytes(value)) : null;
            default:
                // The value itself may be the secret, put here by mistake: it is not repeated.
                problem = "a secret is named by its place: file:PATH, env:NAME or credential:NAME.";
                return null;
        }
    }

    private static ChannelSecret? FromFile(string path, out string problem)
    {
        try
        {
            var bytes = File.ReadAllBytes(path).AsSpan().TrimEnd("\r\n"u8).ToArray();
            problem = $"'{path}' is empty.";
            return bytes.Length > 0 ? new ChannelSecret(bytes) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problem = $"'{path}' cannot be read: {error.Message}";
            return null;
        }
    }
}
