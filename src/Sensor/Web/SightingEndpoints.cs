using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using MinerFlow.Abstractions;
using MinerFlow.Ledger;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Web;

/// <summary>Sightings of the ledger, read only, names masked.</summary>
internal static class SightingEndpoints
{
    private const int UsualMost = 100;
    private const int HighestMost = 1_000;

    private static readonly (string Word, MiningRole Role)[] Roles = [.. Enum.GetValues<MiningRole>().Select(role => (role.ToWord(), role))];

    public static void MapSightings(this IEndpointRouteBuilder routes, LedgerOptions ledger) =>
        routes.MapGet("/api/sightings", Read)
            .WithTags("Sightings")
            .WithSummary("Sightings in the order of window and key; what lies between from and to by its first and last packet.")
            .ProducesValidationProblem();

    private static Results<Ok<SightingPage>, ValidationProblem, ProblemHttpResult> Read(
        [FromServices] LedgerOptions ledger, string? from = null, string? to = null, string? client = null, string? role = null, int? limit = null, string? after = null)
    {
        var problems = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var filter = new SightingFilter
        {
            From = Moment(nameof(from), from, problems),
            To = Moment(nameof(to), to, problems),
            Client = Client(client, problems),
            Role = Role(role, problems),
            After = Place(after, problems),
            Most = Math.Clamp(limit ?? UsualMost, 1, HighestMost),
        };
        if (limit is < 1 or > HighestMost)
        {
            problems[nameof(limit)] = [$"must be from 1 to {HighestMost}"];
        }

        if (problems.Count > 0)
        {
            return TypedResults.ValidationProblem(problems);
        }

        try
        {
            using var reader = SightingLedger.OpenToRead(ledger.File);
            var found = reader.Read(filter);
            var next = found.Count == filter.Most ? string.Create(CultureInfo.InvariantCulture, $"{found[^1].WindowStart.UnixNanoseconds}.{found[^1].Key}") : null;
            return TypedResults.Ok(new SightingPage([.. found.Select(SightingView.Of)], next));
        }
        catch (LedgerException problem)
        {
            return TypedResults.Problem(problem.Message, statusCode: StatusCodes.Status503ServiceUnavailable, title: "The ledger cannot be read.");
        }
    }

    private static PacketTime? Moment(string name, string? text, Dictionary<string, string[]> problems)
    {
        if (text is null)
        {
            return null;
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
        {
            return PacketTime.From(moment);
        }

        problems[name] = ["must be a moment in ISO 8601, such as 2026-03-02T16:00:00Z"];
        return null;
    }

    private static IpAddress? Client(string? text, Dictionary<string, string[]> problems)
    {
        if (text is null)
        {
            return null;
        }

        if (IpAddress.TryParse(text, out var address))
        {
            return address;
        }

        problems["client"] = ["must be an IPv4 or IPv6 address"];
        return null;
    }

    private static MiningRole? Role(string? word, Dictionary<string, string[]> problems)
    {
        if (word is null)
        {
            return null;
        }

        var found = Array.FindIndex(Roles, pair => pair.Word == word);
        if (found >= 0)
        {
            return Roles[found].Role;
        }

        problems["role"] = [$"must be one of {string.Join(", ", Roles.Select(pair => pair.Word))}"];
        return null;
    }

    private static (PacketTime WindowStart, string Key)? Place(string? after, Dictionary<string, string[]> problems)
    {
        if (after is null)
        {
            return null;
        }

        var dot = after.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0 && long.TryParse(after.AsSpan(0, dot), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var window))
        {
            return (new PacketTime(window), after[(dot + 1)..]);
        }

        problems["after"] = ["must be the value of 'next' of the page before"];
        return null;
    }
}
