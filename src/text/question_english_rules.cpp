#include "text/question_english.h"

namespace clip_classify::english {
namespace {

using enum QuestionType;

// clang-format off
constexpr Rule kRules[] = {
    {"weather", weather,
     "what|how B the? weather|weather_condition|weather_conditions like? R?;what|which N? weather B X?;"
     "how|what B it like? outside",
     "the weather is <answer>", "weather",
     "what is the weather like?", "sunny", "the weather is sunny"},
    {"time-of-day", time,
     "what time_of_day|time_of_the_day|part_of_the_day B X?;when B this|the|it photo? taken?;"
     "what B the time_of_day",
     "a photo taken <moment>", "time of day",
     "what time of day is it?", "night", "a photo taken at night"},
    {"season", time,
     "what|which season|month|year|time_of_year|time_of_the_year B X?;what B the season|month",
     "a photo taken <moment>", "season",
     "what season is it?", "winter", "a photo taken in winter"},
    {"clock", time,
     "what time B it R?;what B the time R?;what time D X show|say|read;what time B shown|displayed? P?",
     "the clock shows <answer>", "clock",
     "what time is it?", "ten o'clock", "the clock shows ten o'clock"},

    {"color-main", color,
     "what color|colors B there;what color|colors can|do you|we|i see;"
     "what B the? main|dominant|primary|most_common color|colors R?",
     "the main color is <answer>", "color",
     "what is the dominant color?", "blue", "the main color is blue"},
    {"color-object", color, "what|which color|colors of? N B X G L P?;what|which color|colors of? N B X G R?",
     "X B G L <thing> P R", "color",
     "what color shirt is the man wearing?", "red", "the man is wearing a red shirt"},
    {"color-part", color, "what|which color|colors of? N D X have R?", "X <has> <thing> R", "color",
     "what color hair does the woman have?", "blonde", "the woman has blonde hair"},
    {"color-there", color, "what|which color|colors of? N B there? P", "<there> <thing> P", "color",
     "what color car is in front of the house?", "white", "there is a white car in front of the house"},
    {"color-doing", color, "what|which color|colors of? N B Y R?", "<thing> <be> Y R", "color",
     "what color car is parked in the street?", "red", "a red car is parked in the street"},
    {"color-photo", color, "what|which color|colors of? N B this|that|these|those|it|they|shown|there",
     "a photo of <thing>", "color",
     "what color flower is this?", "pink", "a photo of a pink flower"},
    {"color", color,
     "what|which color|colors B X;what B the color|colors of X;what B X color|colors;"
     "what|which color|colors D X have;what|which color|colors X B",
     "X <is> <answer>", "color",
     "what colour is the car?", "red", "the car is red"},

    {"number-there", number,
     "how_many N B there R?;how_many N there B R?;how_many N can|do|could you|we|i see|count|find R?;"
     "how_many N can|could be seen|counted R?;how_many N B visible|shown|present|pictured|depicted? P?;"
     "how_many N;what B the number_of N;count the? N P?;can|could you count the? N P?",
     "there <be> <number> R P", "number",
     "how many dogs are there?", "3", "there are three dogs"},
    {"number-shown", number,
     "what|which number|digit B P;what|which number can|do you see P?;what B the number P",
     "there is the number <answer> P", "digit",
     "what number is on the shirt?", "7", "there is the number 7 on the shirt"},
    {"number-doing", number, "how_many N B G R?", "<number> <be> G R", "number",
     "how many people are wearing hats?", "two", "two people are wearing hats"},
    {"number-has", number, "how_many N D X have R?", "X <has> <number> R", "number",
     "how many legs does the table have?", "4", "the table has four legs"},
    {"number-object", number, "how_many N B X G L P?;how_many N B X G R?", "X B G L <number> P R", "number",
     "how many balloons is the girl holding?", "5", "the girl is holding five balloons"},
    {"number-having", number, "how_many N have|has R", "<number> <have> R", "number",
     "how many people have umbrellas?", "1", "one person has umbrellas"},
    {"number-being", number, "how_many N B R", "<number> <be> R", "number",
     "how many cups are full?", "1", "one cup is full"},
    {"amount", number, "how_much N B there? R?;how_much N can|do you see R?",
     "there is <answer> N R", "amount",
     "how much water is in the glass?", "a lot of", "there is a lot of water in the glass"},

    {"where-photo", where,
     "where B this|that|the|it photo? taken?;where B we;what B this|the place|location;"
     "where B this|the photo R;"
     "in|at? what|which place|room|city|country|building B this|the photo taken in|at?;"
     "what|which place|location B this|it|shown|that;what|which N of place B this|it",
     "a photo taken <place>", "place",
     "where was this photo taken?", "kitchen", "a photo taken in the kitchen"},
    {"side", where, "what|which side of X B K on?", "K B on the <answer> side of X", "side",
     "which side of the road is the car on?", "left", "the car is on the left side of the road"},
    {"direction", where, "what|which direction|way B X G R?;where B X F", "X B G F <answer> R", "direction",
     "which way is the man looking?", "left", "the man is looking left"},
    {"where-doing", where, "where B X G R?", "X B G R <place>", "place",
     "where is the boy riding his bike?", "park", "the boy is riding his bike in the park"},
    {"where", where,
     "where B X located|situated|placed?;where can|could|do you|we|i see|find X;where X B;"
     "what|which room|place|building|city|country B X in|at|located_in;what B the location|position of X;"
     "in|at which|what room|place|building|city|country B X",
     "X <is> <place>", "place",
     "where is the cat?", "sofa", "the cat is on the sofa"},

    {"who-photo", who, "who B this|that|these|those|he|she|it|they|there;who B;who can|do you|we see",
     "a photo of <person>", "person",
     "who is in the picture?", "man", "a photo of a man"},
    {"who-doing", who, "who B G R?", "<person> <be> G R", "person",
     "who is riding the horse?", "woman", "a woman is riding the horse"},
    {"who-there", who, "who B there? P;who can|do you|we see P", "<there> <person> P", "person",
     "who is on the bench?", "old man", "there is an old man on the bench"},
    {"who-object", who, "who|whom B X G R?", "X B G R <person>", "person",
     "who is the man talking to?", "woman", "the man is talking to a woman"},
    {"who-with", who, "who|whom B X L", "X B L <person>", "person",
     "who is the girl with?", "dog", "the girl is with a dog"},
    {"who-has", who, "who has|have R", "<person> <have> R", "person",
     "who has a beard?", "man", "a man has a beard"},
    {"who-does", who, "who W R?", "<person> W R", "person",
     "who wears a hat?", "child", "a child wears a hat"},
    {"who", who, "who B X", "X B <person>", "person",
     "who is the man on the left?", "chef", "the man on the left is a chef"},

    {"doing", activity,
     "what B X doing R?;what D X do R?;what|which activity|action|job|work B X doing R?;what X B doing R?",
     "X <is> <doing> R", "activity",
     "what is the dog doing?", "running", "the dog is running"},
    {"happening", activity,
     "what B happening|going_on|taking_place R?;what B everyone|everybody|people doing;"
     "what|which N? event|activity|action|occasion|celebration|holiday B this|it|shown|happening|X?",
     "a photo of <thing>", "activity",
     "what is happening?", "wedding", "a photo of a wedding"},
    {"feeling", attribute,
     "how B X feeling;what B X feeling;how D X feel|look|seem|appear;"
     "what|which N? emotion|mood|expression|facial_expression B X showing|expressing|feeling|displaying|in?;"
     "what N? emotion D X show|feel|have|express;"
     "what B the mood|emotion|expression|facial_expression of|on X",
     "X <is> <answer>", "feeling",
     "how does the woman feel?", "happy", "the woman is happy"},
    {"age", attribute, "how_old B X;what age B X;what B the age of X", "X <is> <age>", "age",
     "how old is the man?", "young", "the man is young"},
    {"size", attribute,
     "how_big|how_large|how_tall|how_long|how_high|how_wide|how_small|how_heavy|how_deep|how_thick B X;"
     "what size B X;what B the size of X",
     "X <is> <answer>", "size",
     "how big is the dog?", "small", "the dog is small"},
    {"degree", attribute, "how J B X", "X B <answer> J", "degree",
     "how cloudy is the sky?", "very", "the sky is very cloudy"},
    {"shape", attribute, "what|which shape B X;what B the shape of X;what|which shape D X have",
     "X <is> <answer>", "shape",
     "what shape is the table?", "round", "the table is round"},
    {"gender", attribute, "what|which gender|sex B X;what B the gender|sex of X", "X <is> <answer>", "gender",
     "what gender is the person?", "female", "the person is female"},
    {"state", attribute,
     "how B X E;how B X;what B X like;what B the condition|state of X;what condition B X in",
     "X <is> E <answer>", "state",
     "how is the road?", "wet", "the road is wet"},
    {"brand", attribute,
     "what|which brand|make|model B X;what brand|make of N B X;what B the brand|make|model of X;"
     "who|what made X",
     "the brand of X is <answer>", "brand",
     "what brand is the laptop?", "Dell", "the brand of the laptop is Dell"},
    {"material", material,
     "what B X made|built|constructed of|out_of|from|with;what material|materials B X made? of|from|out_of?;"
     "what B the material of X;what|which N of material B X made? of|from|out_of?",
     "X <is> made of <answer>", "material",
     "what is the table made of?", "wood", "the table is made of wood"},
    {"text-on", text, "what D X say|read|spell R?", "X <says> \"<answer>\"", "text",
     "what does the sign say?", "stop", "the sign says \"stop\""},
    {"text", text,
     "what B written|printed|spelled R?;what|which word|words|text|letter|letters B written|printed? P;"
     "what B the word|words|text|letter|letters P",
     "\"<answer>\" is written R P", "text",
     "what is written on the bus?", "school", "\"school\" is written on the bus"},

    {"choice-there", choice, "B there C P?;B there more|fewer C P?", "there <be> <choice> P", "",
     "is there a cat or a dog on the sofa?", "a dog", "there is a dog on the sofa"},
    {"choice-being", choice, "what|which|who N? B J ,? C", "<choice> <be> J", "",
     "which is bigger, the dog or the cat?", "the cat", "the cat is bigger"},
    {"choice-bare", choice, "C;what|which|who N? B S ,? C", "a photo of <a choice>", "",
     "a cat or a dog?", "a cat", "a photo of a cat"},
    {"choice-doing", choice, "B S G C", "S B G <choice>", "",
     "is he wearing a hat or a cap?", "a cap", "he is wearing a cap"},
    {"choice", choice, "B S C", "S B <choice>", "",
     "is the light red or green?", "green", "the light is green"},
    {"choice-has", choice, "D A V C", "A <verb> <choice>", "",
     "does the man have short or long hair?", "long hair", "the man has long hair"},

    {"breed", which, "what|which breed|species|kind|type|sort|variety B X", "X B <thing>", "X",
     "what breed is the dog?", "poodle", "the dog is a poodle"},
    {"name", which,
     "what B the name|names of X;what B X name|names;what B X called;what D you|we|they|people call R",
     "a photo of <person>", "XR",
     "what is the name of the tower?", "Big Ben", "a photo of Big Ben"},
    {"kind-being", which, "what|which N B J;which of_these|of_them|of_the_following B R",
     "<thing> <be> J R", "N",
     "which fruit is yellow?", "banana", "a banana is yellow"},
    {"kind-doing", which, "what|which N B Y R?", "<thing> <be> Y R", "N",
     "which animal is sleeping?", "dog", "a dog is sleeping"},
    {"kind-object", which, "what|which N B X G L P?;what|which N B X G K L;what|which N B X G R?",
     "X B G K L <thing> P R", "N",
     "what sport are they playing?", "tennis", "they are playing tennis"},
    {"kind-photo", which,
     "what|which N B this|that|it|these|those|they|shown|visible|depicted|there;what|which N B?;"
     "what|which N B this|that|these|those X;what|which N can|do you|we|i see;"
     "name|identify the|this|that|these N",
     "a photo of <thing>", "N",
     "which animal is this?", "cat", "a photo of a cat"},
    {"kind-there", which, "what|which N B there? P;what|which N can|do you|we|i see P",
     "<there> <thing> P", "N",
     "what fruit is on the table?", "apple", "there is an apple on the table"},
    {"kind-has", which, "what|which N D A V R?", "A <verb> <thing> R", "N",
     "what kind of hair does the girl have?", "curly", "the girl has curly hair"},
    {"kind-having", which, "what|which N have|has R", "<thing> <have> R", "N",
     "which animal has stripes?", "zebra", "a zebra has stripes"},
    {"kind", which, "what|which N B X", "X B <thing>", "N",
     "what animal is the toy?", "bear", "the toy is a bear"},

    {"thing-photo", thing,
     "what|which O? B this|that|these|those|it|they|there|here|shown|visible|depicted|pictured;what O? B?;"
     "what B this|that|the|it a? photo? of|about|showing;what D this|the|it photo? show|contain|depict;"
     "what O? can|could|do you|we|i see;what this|that|it B;what B the? main? O;"
     "what B the? main? subject|topic|focus",
     "a photo of <thing>", "thing",
     "what is this?", "cup", "a photo of a cup"},
    {"thing-there", thing, "what|which O? B there? P;what|which O? can|could|do you|we|i see P",
     "<there> <thing> P", "thing",
     "what is on the table?", "cup", "there is a cup on the table"},
    {"thing-doing", thing, "what|which O? B Y R?", "<thing> <be> Y R", "thing",
     "what is lying on the floor?", "cat", "a cat is lying on the floor"},
    {"thing-object", thing, "what|which O? B X G L P?;what|which O? B X G K L;what|which O? B X G R?",
     "X B G K L <object> P R", "G",
     "what is the man holding?", "umbrella", "the man is holding an umbrella"},
    {"thing-done", thing, "what B X E L R?", "X B E L <object> R", "thing",
     "what is the cake topped with?", "strawberries", "the cake is topped with strawberries"},
    {"thing-beside", thing, "what B X L", "X B L <thing>", "thing",
     "what is the cat under?", "table", "the cat is under a table"},
    {"thing-has", thing, "what O? D A V R?", "A <verb> <object> R", "V",
     "what does the dog have in its mouth?", "stick", "the dog has a stick in its mouth"},
    {"thing-having", thing, "what have|has R", "<thing> <have> R", "thing",
     "what has wheels?", "car", "a car has wheels"},
    {"thing", thing, "what B X", "X B <thing>", "X",
     "what is the animal on the sofa?", "cat", "the animal on the sofa is a cat"},

    {"there", yes_no, "B there R;there B R", "there B R", "",
     "is there a dog?", "no", "there is no dog"},
    {"see", yes_no,
     "can|could|do you|we|i|they see|spot|find|notice R;D this|the photo show|contain|have|include|depict R;"
     "D this|it show|contain|depict|include R;B R visible|shown|present|pictured|depicted",
     "<see>", "",
     "can you see a dog?", "yes", "there is a dog"},
    {"be", yes_no, "B S R", "S B R", "",
     "is the cat sleeping?", "no", "the cat is not sleeping"},
    {"do", yes_no, "D A V R?", "A <verb> R", "",
     "does the man have a beard?", "yes", "the man has a beard"},
    {"have", yes_no, "H S R", "S H R", "",
     "has the bread been cut?", "no", "the bread has not been cut"},
    {"can", yes_no, "M A R", "A M R", "",
     "can the bird fly?", "no", "the bird cannot fly"},
    {"statement", yes_no, "K B R;K H R;K M R", "K B H M R", "",
     "the dog is running", "no", "the dog is not running"},

    {"free", free, "", "question: <question> answer: <answer>", "thing",
     "why is the man sad?", "rain", "question: why is the man sad? answer: rain"},
};
// clang-format on

}  // namespace

std::span<const Rule> rules() {
  return kRules;
}

}  // namespace clip_classify::english
