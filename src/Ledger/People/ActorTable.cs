using System.Security.Cryptography;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment;

namespace MinerFlow.Ledger.People;

/// <summary>
/// Who may do what, from a CSV file that the security administrator keeps: <c>name,os_user,token_sha256,duties,regions</c>. A person is known by the user of the
/// operating system, or by a secret whose SHA-256 stands in the file.
/// </summary>
public sealed class ActorTable
{
    private readonly List<Entry> _entries = [];

    /// <summary>Reads the file. What is wrong is added to <paramref name="problems"/>, all at once.</summary>
    public static ActorTable Load(string path, ICollection<Problem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        var table = new ActorTable();
        if (CsvFile.Read(path, ["name", "duties"], problems) is not { } file)
        {
            return table;
        }

        foreach (var row in file.Rows)
        {
            table.Add(file, row);
        }

        return table;
    }

    /// <summary>The person whom the operating system knows by this name.</summary>
    public Actor? OfUser(string user) => _entries.Find(entry => entry.User.Length > 0 && entry.User == user)?.Actor;

    /// <summary>The person of this name, when the secret is theirs.</summary>
    public Actor? OfSecret(string name, string secret)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(secret));
        return _entries.Find(entry => entry.Actor.Name == name && CryptographicOperations.FixedTimeEquals(entry.Secret, digest))?.Actor;
    }

    private void Add(CsvFile file, CsvRow row)
    {
        var name = file.Get(row, "name");
        if (name.Length == 0 || _entries.Exists(entry => entry.Actor.Name == name))
        {
            file.Report(row, "name", name.Length == 0 ? "is empty; every person needs a name." : $"'{name}' stands here twice; every person has one row.");
            return;
        }

        var user = file.Get(row, "os_user");
        if (user.Length > 0 && _entries.Exists(entry => entry.User == user))
        {
            file.Report(row, "os_user", $"'{user}' is another person's already; two persons need two users.");
            return;
        }

        var secret = file.Get(row, "token_sha256");
        if (secret.Length > 0 && (secret.Length != 64 || !secret.All(char.IsAsciiHexDigit)))
        {
            file.Report(row, "token_sha256", "must be the 64 hexadecimal digits of the secret's SHA-256.");
            return;
        }

        if (user.Length == 0 && secret.Length == 0)
        {
            file.Report(row, "os_user", $"neither a user nor a secret says who '{name}' is; give os_user or token_sha256.");
            return;
        }

        var duties = new List<Duty>();
        foreach (var word in Words(file.Get(row, "duties")))
        {
            if (!Enum.TryParse<Duty>(word, ignoreCase: true, out var duty) || !Enum.IsDefined(duty) || char.IsAsciiDigit(word[0]))
            {
                file.Report(row, "duties", $"'{word}' is no duty; known are {string.Join(", ", Enum.GetNames<Duty>())}.");
                return;
            }

            duties.Add(duty);
        }

        if (Duties.Conflict(duties) is { } conflict)
        {
            file.Report(row, "duties", $"{conflict.First} and {conflict.Second} must be different persons.");
            return;
        }

        _entries.Add(new Entry(new Actor(name, duties) { Regions = [.. Words(file.Get(row, "regions"))] }, user, secret.Length > 0 ? Convert.FromHexString(secret) : []));
    }

    private static string[] Words(string text) => text.Split([' ', ';', '|', '、'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private sealed record Entry(Actor Actor, string User, byte[] Secret);
}
