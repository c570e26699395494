using System.Text.Encodings.Web;
using System.Text.Json;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Golden;

/// <summary>Lines committed beside a capture.</summary>
internal static class GoldenFile
{
    public static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // UPDATE_GOLDENS=1 rewrites the goldens instead of comparing; CI never sets it.
    private static readonly bool Update = Environment.GetEnvironmentVariable("UPDATE_GOLDENS") == "1";

    public static void Check(string golden, IReadOnlyList<string> actual)
    {
        var path = Repository.PathOf(golden);
        if (Update)
        {
            File.WriteAllText(path, string.Join('\n', actual) + "\n");
        }

        Assert.True(File.Exists(path), $"{golden} is missing: run UPDATE_GOLDENS=1 dotnet test tests/Golden, then read it line by line");
        Assert.Equal(File.ReadAllLines(path), actual);
    }
}
