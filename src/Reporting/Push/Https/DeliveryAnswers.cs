namespace MinerFlow.Reporting.Push.Https;

/// <summary>What an answer means for the package that was sent (RFC 9110, section 15, and the receiver's words beside it).</summary>
internal static class DeliveryAnswers
{
    /// <summary>Where a receipt stood that came with the answer.</summary>
    public const string Source = "answer";

    /// <summary>A difference between the clocks that is worth a word when a proof was refused.</summary>
    private static readonly TimeSpan ClocksApart = TimeSpan.FromSeconds(30);

    /// <param name="reply">An answer, or the reason why there is none.</param>
    /// <param name="package">What was sent.</param>
    /// <param name="settings">For what would be right.</param>
    /// <param name="now">When the answer came.</param>
    public static DeliveryOutcome Outcome(HttpsReply reply, DeliveryPackage package, HttpsSettings settings, DateTimeOffset now)
    {
        if (reply.Failure is { } failure)
        {
            return new DeliveryOutcome(failure.Kind, failure.Detail);
        }

        var words = reply.IsCut ? ReceiverWords.Read(ReadOnlyMemory<byte>.Empty) : ReceiverWords.Read(reply.Body);
        var outcome = reply.Status is >= 200 and < 300 ? Taken(reply, package, settings, words) : NotTaken(reply, package, settings, words, now);
        return outcome with { RetryAfter = reply.RetryAfter, Receipt = ReceiptOf(package, words) };
    }

    /// <summary>Why a proof or a certificate was refused, and what would be right.</summary>
    public static string WhoWeAre(HttpsReply reply, HttpsSettings settings, ReceiverWords words, DateTimeOffset now)
    {
        var hints = new List<string>();
        if (settings.Proof is { } proof)
        {
            hints.Add(reply.Date is { } date && (date - now).Duration() > ClocksApart
                ? $"this machine's clock is {(date - now).Duration().TotalSeconds:F0} s {(date > now ? "behind" : "ahead of")} theirs, and the proof carries the time: set the clock"
                : $"'hmac-key' has to be the key that they know as '{proof.KeyId}', with hmac: {(proof.UsesSm3 ? "sm3" : "sha-256")}");
        }

        hints.Add(settings.ClientCertificate is { } certificate ? $"they have to know our certificate ({certificate.Description})" : "they may want 'client-certificate' and 'client-key'");
        return $"{Said(reply, settings, words)}: it does not accept who we are; {string.Join("; ", hints)}.";
    }

    private static DeliveryOutcome Taken(HttpsReply reply, DeliveryPackage package, HttpsSettings settings, ReceiverWords words)
    {
        if (settings.WantsName && words.Package != package.Id)
        {
            // A gateway's login page or a maintenance page says 200 as well: what it swallowed would be lost.
            return new DeliveryOutcome(
                DeliveryOutcomeKind.TryLater,
                $"{Said(reply, settings, words)}, but does not name the package in its answer, as {{\"package\":\"{package.Id}\"}}: something else than the receiver may have answered ('answer: status' takes the status alone).");
        }

        return new DeliveryOutcome(DeliveryOutcomeKind.Delivered, $"{Said(reply, settings, words)}.");
    }

    private static DeliveryOutcome NotTaken(HttpsReply reply, DeliveryPackage package, HttpsSettings settings, ReceiverWords words, DateTimeOffset now)
    {
        var said = Said(reply, settings, words);
        var missing = words.Missing.Where(number => number < package.Sequence).ToList();
        return (words.Problem, reply.Status) switch
        {
            (_, 409 or 428) when missing.Count > 0 => Lacking(),
            ("number-taken", _) => Refused(
                $"{said}: it has another package under number {package.Sequence}{(words.Last is { } last ? $", and its last is {last}" : "")}. So it is when the ledger was put back from a backup: "
                + $"make sure with the recipient, then push give-up this one, push resume {package.Destination} --last {(words.Last is { } known ? $"{known}" : "NUMBER")}, and queue it again."),
            ("outside-window", _) => Later("it takes packages at other hours only"),
            ("replayed-nonce", _) => Later("it has seen the nonce before; the next attempt has another"),
            (_, 401 or 403) => Refused(WhoWeAre(reply, settings, words, now)),
            (_, 400) when words.SpeaksOfCertificates => Refused(WhoWeAre(reply, settings, words, now)),
            (_, 404 or 405 or 410 or 501) => Refused($"{said}: it takes no packages at {settings.Address.AbsolutePath}; 'url' has to be the address that it gave."),
            (_, 407) => Refused($"{said}: a proxy before it wants credentials of its own, which no key here gives."),
            (_, 409) => Later("it is still busy with an earlier attempt"),
            (_, 411 or 417) => Refused($"{said}: it does not understand how the body is announced; try 'expect-continue: false'."),
            (_, 413) => Refused($"{said}: {PackageBody.Of(package, settings.Form).Length} bytes are more than it takes; queue the package in smaller parts."),
            (_, 415) => Refused($"{said}: it wants the package in another form; 'body' is {(settings.Form == PackageForm.Json ? "json, try multipart" : "multipart, try json")}."),
            (_, 421) => Refused($"{said}: it does not speak for {settings.Host}; 'url' has to name the host that it serves."),
            (_, 408 or 425 or 429) => Later("it is busy"),
            (_, 503) => Later("it is not available"),
            (_, 507) => Later("its disk is full"),
            (_, 505) => Refused($"{said}: it does not speak HTTP/1.1."),
            (_, 511) => Refused($"{said}: a network between wants somebody to log in; this machine needs a way out without that."),
            (_, >= 500) => Later("it failed by itself"),
            (_, >= 400) => Refused($"{said}: it cannot use the package as it is; ask them what they miss before it is tried again."),
            (_, >= 300) => Refused($"{said}: it sends us to {reply.Location ?? "another address"}, which is not followed; if that is theirs, put it into 'url'."),
            _ => Later("that is no final answer"),
        };

        DeliveryOutcome Lacking()
        {
            var detail = $"{said}: it lacks {missing.Count} earlier {(missing.Count == 1 ? "package" : "packages")}, the first is number {missing[0]}.";
            return new DeliveryOutcome(DeliveryOutcomeKind.EarlierMissing, detail) { Missing = missing };
        }

        DeliveryOutcome Later(string why) => new(DeliveryOutcomeKind.TryLater, $"{said}: {why}.");
        static DeliveryOutcome Refused(string detail) => new(DeliveryOutcomeKind.Refused, detail);
    }

    private static string Said(HttpsReply reply, HttpsSettings settings, ReceiverWords words)
    {
        var word = string.Join(", ", new[] { words.Problem, words.Title }.Where(part => !string.IsNullOrWhiteSpace(part)));
        return $"{settings.Host} says HTTP {reply.Status}{(word.Length > 0 ? $" ({word})" : "")}";
    }

    private static DeliveryReceipt? ReceiptOf(DeliveryPackage package, ReceiverWords words) =>
        words is { Accepted: { } accepted } && words.Package == package.Id ? new DeliveryReceipt(package.Id, accepted, words.Text, Source) : null;
}
