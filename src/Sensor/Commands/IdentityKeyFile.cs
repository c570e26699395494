using System.CommandLine;

namespace MinerFlow.Sensor.Commands;

/// <summary>The file of <c>--identity-key</c>: the whole of it is the key; a short one could be tried out, because wallet addresses and accounts are no secrets.</summary>
internal static class IdentityKeyFile
{
    /// <summary>The key; null when none was given or it cannot be used, which is then a problem of <paramref name="reader"/>.</summary>
    public static byte[]? Read(OptionReader reader, Option<string[]> option, CommandTexts texts)
    {
        var path = reader.ExistingFile(option);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var key = File.ReadAllBytes(path);
            if (key.Length >= ReplayOptions.ShortestIdentityKeyBytes)
            {
                return key;
            }

            reader.Problem(texts.ShortKey, option.Name, path, key.Length, ReplayOptions.ShortestIdentityKeyBytes);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            reader.Problem(texts.KeyUnreadable, option.Name, path);
        }

        return null;
    }
}
